using System.Globalization;
using System.Text;
using ModelSessions.Graphs.Ops;

namespace ModelSessions.Conformance.Documents;

/// <summary>The page <c>docs/ops.md</c>: for which op kinds there is a kernel, a shape rule, a gradient.</summary>
public static class OpTablePage
{
    /// <summary>The page as it has to be now.</summary>
    public static string Write(OpKinds kinds)
    {
        HashSet<string> kernels = [.. CpuEngine.Ops];
        IReadOnlyList<string> registry = OpCatalog.Names;
        StringBuilder page = new();
        page.Append("""
            # Op kinds

            What the embedded engine runs, and what autodiff and shape inference know. Made by
            `dotnet run --project tests/ModelSession.Conformance -- table tests/golden/registry/kernels.json.gz > docs/ops.md`;
            a test tells when it is out of date.

            | op kinds | all | kernel | shape rule | gradient, or known to have none |
            |---|---:|---:|---:|---:|

            """);
        Count(page, "with cases in golden/ops", kinds.Golden, kernels);
        Count(page, "with a kernel for the processor in TensorFlow 2.16", [.. kinds.Cpu.Keys], kernels);
        Count(page, "in the registry of TensorFlow 2.16", registry, kernels);
        page.Append("""

            Golden: there are cases of it. Gradient: *ends* where gradients end silently, as in TensorFlow. Types lacking: element types that TensorFlow's
            kernels for the processor take and ours do not; of types that the op's definition does not allow no node can be made.

            | op | golden | kernel | shape rule | gradient | types lacking |
            |---|---|---|---|---|---|

            """);
        foreach (string op in kernels.Union(kinds.Golden).Order(StringComparer.Ordinal))
        {
            OpRule? rule = OpRules.Find(op);
            string gradient = rule switch
            {
                { StopsGradients: true } => "ends",
                { Gradient: not null } => "yes",
                _ => "",
            };
            page.Append(CultureInfo.InvariantCulture, $"| {op} | {Yes(kinds.Golden.Contains(op))} | {Yes(kernels.Contains(op))} | {Yes(rule?.Shape is not null)} | {gradient} | {Lacking(kinds, kernels, op)} |\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"""

            ## Without a kernel

            What TensorFlow runs on the processor and the embedded engine refuses, by name, before anything runs (`UnsupportedFeatureException`):

            {string.Join(", ", kinds.Cpu.Keys.Where(op => !kernels.Contains(op)).Order(StringComparer.Ordinal))}

            """);
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Count(StringBuilder page, string what, IReadOnlyCollection<string> ops, HashSet<string> kernels) => page.Append(
        CultureInfo.InvariantCulture,
        $"| {what} | {ops.Count:n0} | {ops.Count(kernels.Contains):n0} | {ops.Count(op => OpRules.Find(op)?.Shape is not null):n0} | {ops.Count(op => OpRules.Find(op) is { Gradient: not null } or { StopsGradients: true }):n0} |\n");

    private static string Yes(bool value) => value ? "yes" : "";

    private static string Lacking(OpKinds kinds, HashSet<string> kernels, string op) => !kernels.Contains(op) || !kinds.Cpu.TryGetValue(op, out var attributes)
        ? ""
        : string.Join("; ", from attribute in attributes
                            let types = attribute.Value.Where(name => DTypes.TryParse(name, out DType type) && Allows(op, attribute.Key, type) && !CpuEngine.Takes(op, attribute.Key, type)).ToList()
                            where types.Count > 0
                            select $"{attribute.Key}: {string.Join(", ", types)}");

    private static bool Allows(string op, string attribute, DType type) =>
        OpCatalog.Find(op)?.Attribute(attribute)?.AllowedValues is not { List: var allowed } || allowed.Type.Contains((Protos.DataType)type);
}
