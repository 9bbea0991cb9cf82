#pragma once

#include <QLabel>

class QAbstractItemView;

namespace electric::console {

// A text in the middle of a view while it has no rows: what would be here, and what to do to get it. The view has its model already.
class EmptyHint final : public QLabel
{
    Q_OBJECT

public:
    explicit EmptyHint(QAbstractItemView *view);

    void say(const QString &text);

private:
    void review();

    QAbstractItemView *m_view;
};

} // namespace electric::console
