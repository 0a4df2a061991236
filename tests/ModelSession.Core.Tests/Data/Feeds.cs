using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

/// <summary>Batches filled at once, as a test wants them.</summary>
internal static class Feeds
{
    public static Batch Batch(this BatchFeed feed, params ReadOnlySpan<long> rows)
    {
        Batch batch = feed.CreateBatch();
        batch.Take(rows);
        feed.Fill(batch);
        return batch;
    }
}
