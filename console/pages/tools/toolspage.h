#pragma once

#include "console/pages/page.h"

class QTabWidget;

namespace electric::console {

// What one reaches for when something has to be found out, tried or undone: the doctor, shapes, tokens, the removal.
class ToolsPage final : public Page
{
    Q_OBJECT

public:
    ToolsPage(ServiceLink &link, QWidget *parent = nullptr);

    [[nodiscard]] QString title() const override { return tr("&Tools"); }
    [[nodiscard]] QIcon icon() const override;
    void present(const QVariantMap &what) override; // "tool": doctor, shapes, token, removal

private:
    QTabWidget *m_tabs = nullptr;
};

} // namespace electric::console
