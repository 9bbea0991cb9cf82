#pragma once

#include <QIcon>
#include <QWidget>

namespace electric::console {

class ServiceLink;

// One page of the main window. A page asks the service through the link, follows streams only while it can be seen
// (LiveStream::followVisibilityOf), and shows by itself what is missing when the link is down.
class Page : public QWidget
{
    Q_OBJECT

public:
    Page(ServiceLink &link, QWidget *parent);

    [[nodiscard]] virtual QString title() const = 0; // with a mnemonic, for the navigation
    [[nodiscard]] virtual QIcon icon() const = 0;

Q_SIGNALS:
    // A short text about what was just done ("Copied"), for the status bar.
    void noted(const QString &text);
    // Asks for another page by its objectName, with what is to be shown there ("logs", {"level": "error"}).
    void pageWanted(const QString &page, const QVariantMap &what);

public:
    virtual void present(const QVariantMap &what); // asked for by pageWanted

protected:
    ServiceLink &m_link;
};

} // namespace electric::console
