#pragma once

#include "console/models/replicationwords.h"

#include <QGroupBox>

class QGridLayout;
class QLabel;

namespace electric::console {

// Remarks below each other, each with a sign of how grave it is.
class RemarkList final : public QGroupBox
{
    Q_OBJECT

public:
    explicit RemarkList(QWidget *parent = nullptr);

    void tell(const QList<Remark> &remarks);

private:
    struct Line {
        QLabel *icon = nullptr;
        QLabel *text = nullptr;
    };

    Line makeLine();

    QGridLayout *m_layout = nullptr;
    QList<Line> m_lines; // used again, so that a text that is being selected stays so
};

} // namespace electric::console
