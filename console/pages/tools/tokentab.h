#pragma once

#include "console/control/secretstore.h"
#include "shared/auth/tokenverifier.h"

#include <QTimer>
#include <QWidget>

#include <memory>

namespace Ui {
class TokenTab;
}

namespace electric::console {

struct TokenLine;

// Makes tokens, takes them apart, and says what a service would make of them. Needs no service: it has the service's own rules.
class TokenTab final : public QWidget
{
    Q_OBJECT

public:
    explicit TokenTab(QWidget *parent);
    ~TokenTab() override;

Q_SIGNALS:
    void noted(const QString &text);

private:
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;
    void offerProfiles();
    void takeProfile();
    bool fillIn(SettingValues values);
    void make();
    void review();
    void showContent();
    void copyToken();
    void say(const QString &text);
    [[nodiscard]] auth::AuthConfig config() const;

    std::unique_ptr<Ui::TokenTab> m_ui;
    SecretStore m_secrets;
    QTimer m_clock; // what is said of times grows old
};

} // namespace electric::console
