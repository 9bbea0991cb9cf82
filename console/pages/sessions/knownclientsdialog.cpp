#include "console/pages/sessions/knownclientsdialog.h"

#include "console/control/servicelink.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/tables.h"
#include "ui_knownclientsdialog.h"

#include <QPushButton>
#include <QSortFilterProxyModel>

namespace electric::console {

namespace {

constexpr int seenColumn = 3;

} // namespace

KnownClientsDialog::KnownClientsDialog(ServiceLink &link, QWidget *parent)
    : QDialog(parent), m_link(link), m_ui(std::make_unique<Ui::KnownClientsDialog>())
{
    m_ui->setupUi(this);
    tables::prepare(m_ui->table, &m_model, m_ui->filter);
    tables::fitColumns(m_ui->table, {260, 110, 90, 140, 0});
    m_ui->table->sortByColumn(seenColumn, Qt::AscendingOrder); // those that were away for longest first
    m_hint = new EmptyHint(m_ui->table);
    connect(&link, &ServiceLink::stateChanged, this, &KnownClientsDialog::refresh);
    connect(m_ui->refreshButton, &QPushButton::clicked, this, &KnownClientsDialog::refresh);
    connect(m_ui->filter, &QLineEdit::textChanged, this, &KnownClientsDialog::review);
    connect(m_ui->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &KnownClientsDialog::review);
    connect(m_ui->forgetButton, &QPushButton::clicked, this, [this] {
        if (const QModelIndex index = tables::selected(m_ui->table); index.isValid())
            Q_EMIT forgetWanted(m_model.rows()[index.row()].client);
    });
    refresh();
}

KnownClientsDialog::~KnownClientsDialog() = default;

void KnownClientsDialog::refresh()
{
    review();
    if (!m_link.isConnected())
        return;
    m_link.call(QStringLiteral("clients"), {}, this, [this](const admin::Outcome &outcome) {
        if (outcome) {
            m_hasRead = true;
            m_ui->trouble->clear();
            m_model.assign(admin::listFrom<admin::KnownClient>(outcome->value(QLatin1String("clients"))));
        } else {
            m_ui->trouble->tell(tr("The clients could not be read."), outcome.error());
        }
        review();
    });
}

void KnownClientsDialog::review()
{
    m_ui->forgetButton->setEnabled(m_link.isConnected() && tables::selected(m_ui->table).isValid());
    m_ui->refreshButton->setEnabled(m_link.isConnected());
    if (m_model.rowCount() > 0)
        m_hint->say(tr("No client matches the filter."));
    else if (m_hasRead)
        m_hint->say(tr("No client has synced yet, or all were forgotten."));
    else
        m_hint->say(m_link.isConnected() ? tr("Reading the clients …") : tr("Clients are shown here as soon as the service answers."));
}

} // namespace electric::console
