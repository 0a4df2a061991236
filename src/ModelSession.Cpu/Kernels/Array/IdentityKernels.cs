namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Ops that pass their input on: the output shares its memory.</summary>
internal static class IdentityKernels
{
    private static readonly string[] Kinds = ["GuaranteeConst", "Identity", "PreventGradient", "Snapshot", "StopGradient"];

    public static void Register(KernelTable table)
    {
        foreach (string kind in Kinds)
        {
            table.Add(kind, context => context.Share(0, 0));
        }

        table.Add("DeepCopy", context => context.Allocate(0, context.Input(0).Dimensions).Write(context.Input(0)));
        table.Add("IdentityN", ShareAll);
        table.Add("RefIdentity", context => context.ForwardReference(0, 0));
    }

    private static void ShareAll(Execution.KernelContext context)
    {
        for (int i = 0; i < context.InputCount; i++)
        {
            context.Share(i, i);
        }
    }
}
