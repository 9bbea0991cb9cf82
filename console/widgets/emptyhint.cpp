#include "console/widgets/emptyhint.h"

#include <QAbstractItemView>
#include <QVBoxLayout>

namespace electric::console {

EmptyHint::EmptyHint(QAbstractItemView *view) : QLabel(view->viewport()), m_view(view)
{
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setMargin(24);
    setTextFormat(Qt::PlainText);
    setForegroundRole(QPalette::Text);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *layout = new QVBoxLayout(view->viewport());
    layout->setContentsMargins({});
    layout->addWidget(this);
    const QAbstractItemModel *model = view->model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &EmptyHint::review);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &EmptyHint::review);
    connect(model, &QAbstractItemModel::modelReset, this, &EmptyHint::review);
    review();
}

void EmptyHint::say(const QString &text)
{
    setText(text);
    review();
}

void EmptyHint::review()
{
    const bool isEmpty = m_view->model()->rowCount() == 0;
    setVisible(isEmpty);
    m_view->setAccessibleDescription(isEmpty ? text() : QString());
}

} // namespace electric::console
