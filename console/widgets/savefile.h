#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

class QWidget;

namespace electric::console {

enum class FileRights { Usual, OnlyOwner };

// Asks where to, writes all or nothing, and tells `note`; what went wrong is told in a message box. Does not block.
void saveFile(QWidget *parent, const QString &title, const QString &proposedName, const QByteArray &content,
    std::function<void(const QString &)> note, FileRights rights = FileRights::Usual);

} // namespace electric::console
