#pragma once

#include <QFrame>

class QLabel;

namespace electric::console {

// One figure with its name and a line of explanation.
class Tile final : public QFrame
{
    Q_OBJECT

public:
    Tile(const QString &name, QWidget *parent);

    void show(const QString &figure, const QString &explanation = {});
    using QWidget::show;
    [[nodiscard]] QString figure() const;

private:
    QLabel *m_name = nullptr;
    QLabel *m_figure = nullptr;
    QLabel *m_explanation = nullptr;
};

} // namespace electric::console
