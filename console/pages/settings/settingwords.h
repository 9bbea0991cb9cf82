#pragma once

#include <QCoreApplication>

namespace electric::console {

// What the table of the settings says of one, or the name of a group, in the language of the console. The table is the service's as well
// and in English; a text of another release stays as it is.
inline QString inLanguage(const QString &english)
{
    return QCoreApplication::translate("Settings", english.toUtf8().constData());
}

} // namespace electric::console
