#pragma once

#include <QWidget>

class QLineEdit;
class QToolButton;

namespace electric::console {

// A text to take along: selectable, with a button that copies it.
class CopyField final : public QWidget
{
    Q_OBJECT

public:
    CopyField(const QString &name, QWidget *parent); // for screen readers

    // `instead` stands there when there is no text.
    void show(const QString &text, const QString &instead);
    using QWidget::show;
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void copied();

private:
    QLineEdit *m_text = nullptr;
    QToolButton *m_copy = nullptr;
};

} // namespace electric::console
