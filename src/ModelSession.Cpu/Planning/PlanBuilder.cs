using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Planning;

/// <summary>Turns a signature into a plan: names → tensors and operations → a routine.</summary>
internal static class PlanBuilder
{
    public static CpuPlan Build(CpuSession session, RunSignature signature)
    {
        if (signature.Fetches.Count + signature.Targets.Count == 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, "A run needs something to fetch or a target to run.");
        }

        GraphTensor[] feeds = [.. signature.Feeds.Select(session.Graph.Tensor)];
        GraphTensor[] fetches = [.. signature.Fetches.Select(session.Graph.Tensor)];
        GraphOperation[] targets = [.. signature.Targets.Select(session.Graph.Operation)];
        CheckFeeds(feeds, fetches);
        session.Placement.Check(session.Graph);
        return new CpuPlan(session, signature, new RoutineBuilder(session, feeds, fetches, targets, signature.WritesLast).Build(), feeds);
    }

    private static void CheckFeeds(GraphTensor[] feeds, GraphTensor[] fetches)
    {
        HashSet<GraphTensor> fed = [];
        foreach (GraphTensor feed in feeds)
        {
            if (!fed.Add(feed))
            {
                throw new GraphException(StatusCode.InvalidArgument, $"'{feed.Name}' is fed twice.", feed.Operation.Name);
            }
        }

        foreach (GraphTensor fetch in fetches)
        {
            if (fed.Contains(fetch))
            {
                throw new GraphException(StatusCode.InvalidArgument, $"'{fetch.Name}' is both fed and fetched.", fetch.Operation.Name);
            }
        }
    }
}
