#pragma once

#include <QMainWindow>

class QListWidget;
class QStackedWidget;

namespace electric::console {

class Page;
class ServiceLink;

// The window: navigation at the side, the pages, a status bar that says how the service is. Owns its pages; the link outlives it.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(ServiceLink &link, QWidget *parent = nullptr);

    void addPage(Page *page);

private:
    ServiceLink &m_link;
    QListWidget *m_navigation = nullptr;
    QStackedWidget *m_pages = nullptr;
};

} // namespace electric::console
