#pragma once

#include <QWidget>

namespace electric::console {

// A picture of how changes and writes go between apps, Electric and Postgres in a write mode.
class WriteModeDiagram final : public QWidget
{
    Q_OBJECT

public:
    explicit WriteModeDiagram(QWidget *parent);

    void setMode(const QString &mode);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint() / 2; }

private:
    void paintEvent(QPaintEvent *event) override;

    QString m_mode;
};

} // namespace electric::console
