#pragma once

#include <QObject>
#include <QTimer>

class QMenu;
class QTableView;

namespace electric::console {

// The columns of a table: as wide as what is in them, as long as there is room; else those that may be cut get less. They can be shown and
// hidden by a menu, which the header has as well. What somebody chose, and widths that were drawn by hand, are remembered under a name.
class Columns final : public QObject
{
    Q_OBJECT

public:
    // Owned by the view, which has its model already. `elastic`: may be cut, since their tooltips say it all.
    Columns(QTableView *view, const QString &name, QList<int> elastic, const QList<int> &hiddenAtFirst = {});

    [[nodiscard]] QMenu *menu() const { return m_menu; }

private:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void offer();
    void setShown(int column, bool shown);
    void showAll();
    void fit();
    void fitAnew(); // forgets what was drawn by hand
    void restore(const QList<int> &hiddenAtFirst);
    void remember() const;
    [[nodiscard]] int wishOf(int column) const;
    [[nodiscard]] int shownCount() const;

    QTableView *m_view;
    const QString m_key; // in the settings
    const QList<int> m_elastic;
    QMenu *m_menu = nullptr;
    QTimer m_later; // rows change often, widths need not
    bool m_isByHand = false;
    bool m_isFitting = false;
};

} // namespace electric::console
