#pragma once

#include <QDialog>

namespace electric::console {

// Is accepted only after the name of the database was typed. Removes nothing itself.
class RemoveDialog final : public QDialog
{
    Q_OBJECT

public:
    RemoveDialog(const QString &database, QWidget *parent);
};

} // namespace electric::console
