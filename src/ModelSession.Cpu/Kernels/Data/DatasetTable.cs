namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Makes a dataset from what its node is given.</summary>
internal delegate Dataset DatasetFactory(DatasetArguments arguments);

/// <summary>Registration of datasets.</summary>
internal static class DatasetTable
{
    /// <summary>An op that makes a dataset.</summary>
    public static void AddDataset(this KernelTable table, string op, DatasetFactory create) => table.Add(op, (node, _) =>
    {
        Dictionary<string, Range> places = DatasetArguments.Places(node);
        return context => context.Allocate(0, []).Objects[0] = create(new DatasetArguments(context, node, places));
    });

    /// <summary>An op that makes a dataset, and its older twin.</summary>
    public static void AddBoth(this KernelTable table, string op, DatasetFactory create)
    {
        table.AddDataset(op, create);
        table.AddDataset("Experimental" + op, create);
    }
}
