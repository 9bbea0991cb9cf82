#include "console/pages/tools/toolspage.h"

#include "console/pages/tools/doctortab.h"
#include "console/pages/tools/removaltab.h"
#include "console/pages/tools/shapestab.h"
#include "console/pages/tools/tokentab.h"
#include "console/widgets/notice.h"
#include "console/widgets/symbol.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace electric::console {

ToolsPage::ToolsPage(ServiceLink &link, QWidget *parent) : Page(link, parent)
{
    setObjectName(QStringLiteral("tools"));
    auto *away = new Notice(this);
    away->setObjectName(QStringLiteral("away"));
    away->followLink(link);
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("tabs"));
    auto *doctor = new DoctorTab(link, this);
    auto *shapes = new ShapesTab(link, this);
    auto *token = new TokenTab(this);
    auto *removal = new RemovalTab(link, this);
    m_tabs->addTab(doctor, tr("&Doctor"));
    m_tabs->addTab(shapes, tr("&Shape playground"));
    m_tabs->addTab(token, tr("To&ken"));
    m_tabs->addTab(removal, tr("&Remove Electric"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(away);
    column->addWidget(m_tabs);
    connect(doctor, &DoctorTab::noted, this, &Page::noted);
    connect(token, &TokenTab::noted, this, &Page::noted);
    connect(removal, &RemovalTab::noted, this, &Page::noted);
}

QIcon ToolsPage::icon() const
{
    return symbol("tools");
}

void ToolsPage::present(const QVariantMap &what)
{
    const QString tool = what.value(QStringLiteral("tool")).toString();
    for (int tab = 0; tab < m_tabs->count(); ++tab) {
        if (m_tabs->widget(tab)->objectName() == tool)
            m_tabs->setCurrentIndex(tab);
    }
}

} // namespace electric::console
