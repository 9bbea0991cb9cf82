#pragma once

#include "console/models/includemodel.h"
#include "console/models/previewmodels.h"
#include "shared/admin/framing.h"

#include <QWidget>

#include <memory>

namespace Ui {
class ShapesTab;
}

namespace electric::console {

class EmptyHint;
class ServiceLink;

// Tries a shape out as a client would get it: a table, a condition, what is included, for which user.
class ShapesTab final : public QWidget
{
    Q_OBJECT

public:
    ShapesTab(ServiceLink &link, QWidget *parent);
    ~ShapesTab() override;

private:
    void showEvent(QShowEvent *event) override;
    void onLinkChanged();
    void readTables();
    void offer(const QList<admin::Table> &tables);
    void chooseTable();
    void tryOut();
    void show(const admin::ShapePreview &preview);
    void showError(const admin::ShapePreview &preview);
    void forgetError();
    void showSample();
    void review();

    ServiceLink &m_link;
    std::unique_ptr<Ui::ShapesTab> m_ui;
    QList<admin::Table> m_tables;
    IncludeModel m_include;
    PreviewedTablesModel m_found;
    SampleModel m_sample;
    EmptyHint *m_includeHint = nullptr;
    EmptyHint *m_foundHint = nullptr;
    EmptyHint *m_sampleHint = nullptr;
    bool m_isReading = false;
    bool m_isTrying = false;
    bool m_isTried = false; // and the result is shown
};

} // namespace electric::console
