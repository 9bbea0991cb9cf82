#pragma once

#include "console/control/warnings.h"

#include <QFrame>

class QLabel;
class QToolButton;
class QGridLayout;

namespace electric::console {

// What needs attention, each with a sign of how grave it is and a button that leads to it. Hidden while there is nothing. Read out by
// screen readers when something is added.
class WarningBanner final : public QFrame
{
    Q_OBJECT

public:
    explicit WarningBanner(QWidget *parent);

    void tell(const QList<Warning> &warnings);

Q_SIGNALS:
    void pageWanted(const QString &page);

private:
    struct Line {
        QLabel *icon = nullptr;
        QLabel *text = nullptr;
        QToolButton *show = nullptr;
        QString page {};
    };
    void addLine();
    void fill(qsizetype at, const Warning &warning);

    QGridLayout *m_grid = nullptr;
    QList<Line> m_lines; // used again
    QList<Warning> m_told;
};

} // namespace electric::console
