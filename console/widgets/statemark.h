#pragma once

#include "console/control/standing.h"

#include <QWidget>

class QLabel;

namespace electric::console {

// How the service stands: a shape and a word.
class StateMark final : public QWidget
{
    Q_OBJECT

public:
    StateMark(int symbolSize, QWidget *parent);

    void show(const Standing &standing);
    using QWidget::show;
    [[nodiscard]] QString word() const;

private:
    void changeEvent(QEvent *event) override;
    void draw();

    const int m_size;
    Standing m_standing;
    QLabel *m_symbol = nullptr;
    QLabel *m_word = nullptr;
};

} // namespace electric::console
