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

    /// <summary>The generator that a dataset's node is given, or one of its own from its seeds.</summary>
    public static SeedGenerator Given(DatasetArguments a, bool renews)
    {
        if (a.Has("seed_generator") && a.Value("seed_generator") is { LongCount: 1 } handle && handle.Objects[0] is SeedGenerator given)
        {
            return given;
        }

        return a.Has("seed") ? new SeedGenerator(a.Int("seed"), a.Int("seed2"), renews) : new SeedGenerator(0, 0, renews: true);
    }

    /// <summary>The cache that a dataset's node is given, or one of its own.</summary>
    public static MemoryCache Cache(DatasetArguments a) =>
        a.Has("cache") && a.Value("cache") is { LongCount: 1 } handle && handle.Objects[0] is MemoryCache given ? given : new MemoryCache();

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
