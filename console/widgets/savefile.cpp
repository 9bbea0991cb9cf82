#include "console/widgets/savefile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QSaveFile>
#include <QStandardPaths>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::SaveFile)
};

// Rights are set before anything is in it.
bool open(QSaveFile &file, FileRights rights)
{
    return file.open(QIODevice::WriteOnly) && (rights == FileRights::Usual || file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
}

void write(
    QWidget *parent, const QString &path, const QByteArray &content, const std::function<void(const QString &)> &note, FileRights rights)
{
    QSaveFile file(path);
    if (open(file, rights) && file.write(content) == content.size() && file.commit())
        return note(Words::tr("Saved %1").arg(QDir::toNativeSeparators(path)));
    auto *box = new QMessageBox(QMessageBox::Critical, Words::tr("Not saved"),
        Words::tr("%1 could not be written.").arg(QDir::toNativeSeparators(path)), QMessageBox::Ok, parent);
    box->setInformativeText(Words::tr("%1. Choose another place.").arg(file.errorString()));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace

void saveFile(QWidget *parent, const QString &title, const QString &proposedName, const QByteArray &content,
    std::function<void(const QString &)> note, FileRights rights)
{
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    auto *dialog = new QFileDialog(parent, title);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDirectory(documents);
    dialog->selectFile(proposedName);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent,
        [parent, content, rights, note = std::move(note)](const QString &path) { write(parent, path, content, note, rights); });
    dialog->open();
}

} // namespace electric::console
