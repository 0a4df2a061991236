using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Tensors that a session keeps from one run to another, by a handle that is a text.</summary>
internal static class SessionTensorKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("DeleteSessionTensor", Delete);
        table.Add("GetSessionHandle", Keep);
        table.Add("GetSessionHandleV2", Keep);
        table.Add("GetSessionTensor", Get);
    }

    private static void Keep(KernelContext context)
    {
        Tensor value = context.Input(0).ToTensor();
        string name = $"{context.Node.Name};{context.Session.NextHandle()};/job:localhost/replica:0/task:0/device:CPU:0";
        Kept kept = context.Session.Resources.Get(new ResourceKey("", name), _ => new Kept(value));
        context.Allocate(0, []).Objects[0] = context.Output(0).DType == DType.Resource ? kept : Encoding.UTF8.GetBytes(name);
    }

    private static void Get(KernelContext context)
    {
        Tensor value = Find(context)?.Value ?? throw Failure.Invalid($"The tensor with handle '{Name(context)}' is not in the session store.");
        context.Output(0).Borrow(value.DType == context.Output(0).DType
            ? value
            : throw Failure.Invalid($"The tensor with handle '{Name(context)}' is {value.DType.Name()}; {context.Output(0).DType.Name()} is wanted."));
    }

    private static void Delete(KernelContext context)
    {
        if (Find(context) is not { } kept || !context.Session.Resources.Remove(kept))
        {
            throw Failure.Invalid($"Failed to delete a tensor with handle '{Name(context)}' in the session store.");
        }
    }

    private static Kept? Find(KernelContext context) => context.Session.Resources.Find<Kept>(new ResourceKey("", Name(context)));

    private static string Name(KernelContext context) => context.Input(0) is { LongCount: 1 } handle && handle.Objects[0] is byte[] text
        ? Encoding.UTF8.GetString(text)
        : throw Failure.Invalid("The handle of a tensor is a single text.");

    private sealed record Kept(Tensor Value);
}
