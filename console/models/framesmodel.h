#pragma once

#include "console/models/rowvalues.h"

#include <QAbstractTableModel>

#include <deque>

namespace electric::console {

// The last frames of a tapped session, oldest first: when there are too many, or they weigh too much, the oldest go.
class FramesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Columns { At, Direction, Type, Bytes, Content, ColumnCount };
    enum Role { IncomingRole = Qt::UserRole + 16 };

    explicit FramesModel(QObject *parent = nullptr, std::size_t mostFrames = 5'000, qint64 mostBytes = 32 << 20);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    void append(const QList<admin::TapFrame> &frames);
    void clear(); // the relations stay: those who come later speak of them
    void beginAnew(); // another session
    [[nodiscard]] const admin::TapFrame &frame(int row) const { return m_frames[std::size_t(row)].frame; }
    [[nodiscard]] QList<RowOperation> operations(int row) const; // of a SatOpLog, with its values readable
    [[nodiscard]] QString searchText(int row) const; // what of a frame can be looked for

private:
    struct Entry {
        admin::TapFrame frame;
        RelationBook relations; // as they were when it passed; shared between frames
        mutable QString summary {}; // made when it is seen or looked for
        mutable QString text {};
    };
    void makeRoom(const QList<admin::TapFrame> &coming);
    [[nodiscard]] static QString summaryOf(const Entry &entry);
    [[nodiscard]] static QString textOf(const Entry &entry);

    const std::size_t m_mostFrames;
    const qint64 m_mostBytes;
    qint64 m_bytes = 0;
    std::deque<Entry> m_frames;
    RelationBook m_relations; // of the session
};

} // namespace electric::console
