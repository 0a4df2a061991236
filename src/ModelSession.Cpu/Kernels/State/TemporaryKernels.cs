using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Variables that live for a part of a run.</summary>
internal static class TemporaryKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("DestroyTemporaryVariable", Destroy);
        table.Add("TemporaryVariable", Create);
    }

    private static string NameOf(GraphOperation node) => node.String("var_name") is { Length: > 0 } name ? name : node.Name;

    private static Kernel Create(GraphOperation node, CpuSession session)
    {
        string name = NameOf(node);
        (DType dtype, Shape shape) = (node.DType("dtype"), node.Shape("shape"));
        return context =>
        {
            if (!shape.IsFullyDefined)
            {
                throw Failure.Invalid($"A temporary variable needs a shape without open sizes, not {shape}.");
            }

            if (Find(context, name) is not null)
            {
                throw new EngineException(StatusCode.AlreadyExists, $"There is a temporary variable '{name}' in this run already.");
            }

            RefVariable variable = new(name, dtype, shape);
            Array.FillKernels.Clear(variable.Renew(shape.Dimensions));
            context.Resources.Add(new Temporary(name, variable));
            context.Output(0).Reference = variable;
        };
    }

    private static Kernel Destroy(GraphOperation node, CpuSession session)
    {
        string name = NameOf(node);
        return context =>
        {
            Temporary temporary = Find(context, name)
                ?? throw new EngineException(StatusCode.NotFound, $"There is no temporary variable '{name}' in this run.");
            Value last = context.Input(0);
            context.Output(0).ShareFrom(last, last.Dimensions);
            temporary.Release();
        };
    }

    private static Temporary? Find(KernelContext context, string name)
    {
        for (int i = 0; i < context.Resources.Count; i++)
        {
            if (context.Resources[i] is Temporary { Variable: not null } temporary && temporary.Name == name)
            {
                return temporary;
            }
        }

        return null;
    }

    private sealed class Temporary(string name, RefVariable variable) : IRunResource
    {
        public string Name => name;

        public RefVariable? Variable { get; private set; } = variable;

        public void Release() => Variable = null;
    }
}
