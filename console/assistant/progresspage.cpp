#include "console/assistant/pages.h"
#include "console/widgets/symbol.h"
#include "ui_progresspage.h"

namespace electric::console::assistant {

ProgressPage::ProgressPage(const FirstRunChoice &choice, FirstStart &start, QWidget *parent)
    : QWizardPage(parent), m_ui(std::make_unique<Ui::ProgressPage>()), m_choice(choice), m_start(start)
{
    m_ui->setupUi(this);
    setCommitPage(false);
    connect(&start, &FirstStart::progressed, this, &ProgressPage::show);
    connect(&start, &FirstStart::failed, this, [this](const admin::Error &why) {
        setBusy(false);
        if (m_ui->steps->count() > 0)
            m_ui->steps->item(m_ui->steps->count() - 1)->setIcon(symbol("state-bad"));
        m_ui->trouble->tell(tr("That did not work."), why);
        Q_EMIT completeChanged();
    });
    connect(&start, &FirstStart::done, this, [this] {
        setBusy(false);
        m_ui->again->hide();
        Q_EMIT completeChanged();
    });
    connect(m_ui->again, &QPushButton::clicked, this, &ProgressPage::run);
}

ProgressPage::~ProgressPage() = default;

void ProgressPage::initializePage()
{
    run();
}

void ProgressPage::run()
{
    m_ui->steps->clear();
    m_ui->trouble->clear();
    setBusy(true);
    m_start.run(m_choice);
}

// One line a step: what is said of it later replaces what was said before.
void ProgressPage::show(FirstStart::Step step, const QString &words)
{
    const auto row = int(step);
    for (int i = 0; i < m_ui->steps->count(); ++i)
        m_ui->steps->item(i)->setIcon(symbol(i < row ? "state-good" : "state-waiting"));
    while (m_ui->steps->count() <= row)
        m_ui->steps->addItem(new QListWidgetItem(symbol(m_ui->steps->count() < row ? "state-good" : "state-waiting"), QString()));
    m_ui->steps->item(row)->setText(words);
    if (step == FirstStart::Step::Done)
        m_ui->steps->item(row)->setIcon(symbol("state-good"));
    m_ui->steps->setCurrentRow(m_ui->steps->count() - 1);
}

void ProgressPage::setBusy(bool isBusy)
{
    m_ui->busy->setVisible(isBusy);
    m_ui->again->setVisible(!isBusy);
}

} // namespace electric::console::assistant
