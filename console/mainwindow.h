#pragma once

#include <QMainWindow>

class QLabel;
class QListWidget;
class QStackedWidget;

namespace electric::console {

class Page;
class ServiceChooser;
class ServiceLink;
class ServiceStatus;
class StateMark;

// The window: navigation at the side, the pages, a status bar that says how the service is. Owns its pages; the link outlives it.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(ServiceLink &link, QWidget *parent = nullptr);

    void addPage(Page *page);
    void showPage(const QString &objectName, const QVariantMap &what);
    void restore(); // the place, the size and the page of the last time
    void comeForward();
    [[nodiscard]] ServiceChooser *chooser() const { return m_chooser; }

Q_SIGNALS:
    void closed();
    void assistantWanted();

private:
    void makeMenus();
    void makeStatusBar();
    void showStanding();
    void note(const QString &text);
    void closeEvent(QCloseEvent *event) override;

    ServiceLink &m_link;
    ServiceStatus *m_status = nullptr;
    ServiceChooser *m_chooser = nullptr;
    QListWidget *m_navigation = nullptr;
    QStackedWidget *m_pages = nullptr;
    QMenu *m_go = nullptr;
    StateMark *m_mark = nullptr;
    QLabel *m_whose = nullptr;
};

} // namespace electric::console
