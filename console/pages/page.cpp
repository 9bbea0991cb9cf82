#include "console/pages/page.h"

namespace electric::console {

Page::Page(ServiceLink &link, QWidget *parent) : QWidget(parent), m_link(link) { }

void Page::present(const QVariantMap &) { }

} // namespace electric::console
