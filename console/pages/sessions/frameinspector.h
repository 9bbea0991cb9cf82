#pragma once

#include "console/control/livestream.h"
#include "console/models/framesmodel.h"

#include <QWidget>

#include <memory>

namespace Ui {
class FrameInspector;
}

namespace electric::console {

class EmptyHint;
class FrameFilter;

// The frames of one session as they pass. The service decodes them only while this is seen, so what passed before is not known.
class FrameInspector final : public QWidget
{
    Q_OBJECT

public:
    explicit FrameInspector(QWidget *parent = nullptr);
    ~FrameInspector() override;

    void setLink(ServiceLink &link); // once, before anything else
    void setSession(qint64 session, const QString &name); // 0: none; what was seen of the last one stays

Q_SIGNALS:
    void noted(const QString &text);

private:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void onLinkChanged();
    void endSession(const QString &why);
    void offerConditions();
    void filter();
    void reviewTap();
    void onArrived(const QJsonObject &event, qint64 dropped);
    void append(const QList<admin::TapFrame> &frames);
    void setPaused(bool paused);
    void clear();
    void showChosen();
    void sayHowItStands();
    void copy();
    void askWhereToSave();

    std::unique_ptr<Ui::FrameInspector> m_ui;
    FramesModel m_model;
    FrameFilter *m_filter = nullptr;
    EmptyHint *m_hint = nullptr;
    LiveStream *m_tap = nullptr;
    ServiceLink *m_link = nullptr;
    qint64 m_session = 0; // numbers are of one run of the service only
    qint64 m_run = 0; // its process
    QString m_name;
    QString m_ended; // why there is no session any more
    QString m_trouble; // with the filter
    QList<admin::TapFrame> m_held; // came while it is paused
    qint64 m_dropped = 0;
    bool m_wantsRows = true; // where a frame has some
};

} // namespace electric::console
