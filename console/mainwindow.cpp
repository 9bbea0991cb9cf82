#include "console/mainwindow.h"

#include "console/control/servicestatus.h"
#include "console/pages/page.h"
#include "console/shell/appearance.h"
#include "console/shell/help.h"
#include "console/shell/language.h"
#include "console/shell/servicechooser.h"
#include "console/widgets/statemark.h"
#include "console/widgets/symbol.h"

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

namespace electric::console {

namespace {

constexpr int notePatienceMs = 5'000;
constexpr int navigationSymbol = 20;
constexpr QSize firstSize {1180, 760};

QString withoutMnemonic(QString title)
{
    return title.remove(QLatin1Char('&'));
}

// Titles are longer in some languages than in others.
int widthFor(const QListWidget &navigation, const QString &title)
{
    const QFontMetrics metrics = navigation.fontMetrics();
    return navigationSymbol + metrics.horizontalAdvance(title) + metrics.averageCharWidth() * 4;
}

} // namespace

MainWindow::MainWindow(ServiceLink &link, QWidget *parent) : QMainWindow(parent), m_link(link), m_status(new ServiceStatus(link, this))
{
    setWindowTitle(tr("Electric"));
    setWindowIcon(symbol("electric"));
    auto *whole = new QWidget(this);
    auto *row = new QHBoxLayout(whole);
    auto *side = new QVBoxLayout;
    m_chooser = new ServiceChooser(link, whole);
    m_navigation = new QListWidget(whole);
    m_navigation->setAccessibleName(tr("Pages"));
    m_navigation->setIconSize({navigationSymbol, navigationSymbol});
    m_navigation->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_navigation->setFixedWidth(fontMetrics().averageCharWidth() * 26);
    m_chooser->setFixedWidth(m_navigation->width());
    side->addWidget(m_chooser);
    side->addWidget(m_navigation);
    m_pages = new QStackedWidget(whole);
    row->addLayout(side);
    row->addWidget(m_pages, 1);
    setCentralWidget(whole);
    connect(m_navigation, &QListWidget::currentRowChanged, m_pages, &QStackedWidget::setCurrentIndex);
    makeMenus();
    makeStatusBar();
    resize(firstSize);
}

void MainWindow::addPage(Page *page)
{
    auto *item = new QListWidgetItem(page->icon(), withoutMnemonic(page->title()), m_navigation);
    item->setSizeHint({0, navigationSymbol * 9 / 5});
    m_navigation->setFixedWidth(qMax(m_navigation->minimumWidth(), widthFor(*m_navigation, item->text())));
    m_chooser->setFixedWidth(m_navigation->minimumWidth());
    m_pages->addWidget(page);
    const int row = m_navigation->row(item);
    QAction *go = m_go->addAction(page->icon(), page->title(), this, [this, row] {
        m_navigation->setCurrentRow(row);
        m_pages->currentWidget()->setFocus();
    });
    if (constexpr int digits = 9; row < digits) {
        go->setShortcut(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + row)));
        item->setToolTip(tr("%1 (%2)").arg(withoutMnemonic(page->title()), go->shortcut().toString(QKeySequence::NativeText)));
    }
    connect(page, &Page::noted, this, &MainWindow::note);
    connect(page, &Page::pageWanted, this, &MainWindow::showPage);
    if (row == 0)
        m_navigation->setCurrentRow(0);
}

void MainWindow::showPage(const QString &objectName, const QVariantMap &what)
{
    for (int i = 0; i < m_pages->count(); ++i) {
        if (m_pages->widget(i)->objectName() != objectName)
            continue;
        m_navigation->setCurrentRow(i);
        static_cast<Page *>(m_pages->widget(i))->present(what);
        return;
    }
}

void MainWindow::restore()
{
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    showPage(settings.value(QStringLiteral("window/page")).toString(), {});
}

void MainWindow::comeForward()
{
    show();
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

void MainWindow::makeMenus()
{
    QMenu *console = menuBar()->addMenu(tr("&Console"));
    console->addAction(tr("&First steps…"), this, &MainWindow::assistantWanted);
    console->addSeparator();
    console->addAction(tr("&Close the window"), QKeySequence::Close, this, &QWidget::close);
    console->addAction(tr("&Quit"), QKeySequence::Quit, qApp, &QCoreApplication::quit);
    m_go = menuBar()->addMenu(tr("&Go"));
    QMenu *view = menuBar()->addMenu(tr("&View"));
    addAppearanceActions(*view);
    view->addSeparator();
    addLanguageMenu(*view, [this](const QString &text) { note(text); });
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&Keyboard shortcuts"), QKeySequence::HelpContents, this, [this] { showShortcuts(*this); });
    help->addAction(tr("&About Electric"), this, [this] { showAbout(*this, m_link); });
}

void MainWindow::makeStatusBar()
{
    m_mark = new StateMark(16, this);
    m_whose = new QLabel(this);
    m_whose->setTextFormat(Qt::PlainText);
    statusBar()->addPermanentWidget(m_whose);
    statusBar()->addPermanentWidget(m_mark);
    connect(m_status, &ServiceStatus::changed, this, &MainWindow::showStanding);
    showStanding();
}

void MainWindow::showStanding()
{
    m_mark->show(m_status->standing());
    m_whose->setText(m_link.isConnected() ? tr("%1, version %2").arg(m_link.hello().name, m_link.hello().version) : QString());
}

void MainWindow::note(const QString &text)
{
    statusBar()->showMessage(text, notePatienceMs);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    if (const QWidget *page = m_pages->currentWidget())
        settings.setValue(QStringLiteral("window/page"), page->objectName());
    event->accept();
    Q_EMIT closed();
}

} // namespace electric::console
