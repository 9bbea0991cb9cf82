#pragma once

#include "shared/admin/values.h"

#include <QAbstractTableModel>

#include <deque>

namespace electric::console {

// The last frames of a tapped session, oldest first: when there are too many, or they weigh too much, the oldest go.
class FramesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Columns { At, Direction, Type, Bytes, Content, ColumnCount };
    enum Role { FilterRole = Qt::UserRole + 16, IncomingRole };

    explicit FramesModel(QObject *parent = nullptr, std::size_t mostFrames = 5'000, qint64 mostBytes = 32 << 20);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    void append(const QList<admin::TapFrame> &frames);
    void clear();
    [[nodiscard]] const admin::TapFrame &frame(int row) const { return m_frames[std::size_t(row)]; }

private:
    void makeRoom(const QList<admin::TapFrame> &coming);

    const std::size_t m_mostFrames;
    const qint64 m_mostBytes;
    qint64 m_bytes = 0;
    std::deque<admin::TapFrame> m_frames;
};

} // namespace electric::console
