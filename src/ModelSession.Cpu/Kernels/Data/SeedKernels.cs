using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Generators of seeds that datasets share, and caches that they share.</summary>
internal static class SeedKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("AnonymousMemoryCache", context => Give(context, new MemoryCache()));
        table.Add("AnonymousRandomSeedGenerator", context => Give(context, New(context, renews: true)));
        table.Add("AnonymousSeedGenerator", context => Give(context, New(context, context.Input(2).Span<bool>()[0])));
        table.Add("DeleteMemoryCache", _ => { });
        table.Add("DeleteRandomSeedGenerator", _ => { });
        table.Add("DeleteSeedGenerator", _ => { });
        // Handles of nothing: a dataset that is given one makes what it needs itself.
        table.Add("DummyIterationCounter", context => Give(context, new object()));
        table.Add("DummyMemoryCache", context => Give(context, new object()));
        table.Add("DummySeedGenerator", context => Give(context, new object()));
    }

    /// <summary>The generator that a dataset's node is given, or its seeds.</summary>
    public static SeedSource Seeds(DatasetArguments a, bool renews) => Given<SeedGenerator>(a, "seed_generator") is { } given
        ? new SeedSource(given, 0, 0, renews)
        : a.Has("seed") ? new SeedSource(null, a.Int("seed"), a.Int("seed2"), renews) : new SeedSource(null, 0, 0, Renews: true);

    /// <summary>The cache that a dataset's node is given; null if it is to have one of its own.</summary>
    public static MemoryCache? Cache(DatasetArguments a) => Given<MemoryCache>(a, "cache");

    private static T? Given<T>(DatasetArguments a, string input)
        where T : class => a.Has(input) && a.Value(input) is { LongCount: 1 } handle ? handle.Objects[0] as T : null;

    private static SeedGenerator New(KernelContext context, bool renews) =>
        new(context.Input(0).IntegerScalar("seed"), context.Input(1).IntegerScalar("seed2"), renews);

    private static void Give(KernelContext context, object resource)
    {
        context.Allocate(0, []).Objects[0] = resource;
        if (context.OutputCount > 1)
        {
            // TensorFlow deletes by it; here the collector does.
            context.Allocate(1, []).Objects[0] = resource;
        }
    }
}
