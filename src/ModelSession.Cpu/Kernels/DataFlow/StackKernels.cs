using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Stacks of tensors.</summary>
internal static class StackKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Stack", CreateNamed);
        table.Add("StackClose", context => Named(context).Release());
        table.Add("StackCloseV2", context => Stack(context).Release());
        table.Add("StackPop", (node, _) => Pop(node, Named));
        table.Add("StackPopV2", (node, _) => Pop(node, Stack));
        table.Add("StackPush", context => Push(context, Named(context)));
        table.Add("StackPushV2", context => Push(context, Stack(context)));
        table.Add("StackV2", Create);
    }

    private static TensorStack Stack(KernelContext context) => context.Input(0).Objects[0] as TensorStack
        ?? throw Failure.Invalid("The handle is none of a stack.");

    private static TensorStack Named(KernelContext context) => context.Resources.Named(context.Input(0)) as TensorStack
        ?? throw Failure.Invalid("The handle is none of a stack.");

    private static Kernel Create(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("elem_type");
        string name = NameOf(node);
        return context =>
        {
            TensorStack stack = new(name, dtype, context.Input(0).IntegerScalar("Stack size"));
            context.Resources.Add(stack);
            context.Allocate(0, []).Objects[0] = stack;
        };
    }

    private static Kernel CreateNamed(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("elem_type");
        string name = NameOf(node);
        return context =>
        {
            TensorStack stack = new(name, dtype, limit: -1);
            context.Resources.Add(stack);
            context.Resources.WriteName(stack, "_stacks", context.Allocate(0, [2]));
        };
    }

    private static void Push(KernelContext context, TensorStack stack)
    {
        stack.Push(context.Input(1));
        context.Share(0, 1);
    }

    private static Kernel Pop(GraphOperation node, Func<KernelContext, TensorStack> find)
    {
        DType dtype = node.DType("elem_type");
        return context =>
        {
            TensorStack stack = find(context);
            if (stack.DType != dtype)
            {
                throw Failure.Invalid($"The elements of the stack are {stack.DType.Name()}; {dtype.Name()} is wanted.");
            }

            stack.Pop(context.Output(0));
        };
    }

    private static string NameOf(GraphOperation node) => node.String("stack_name") is { Length: > 0 } name ? name : node.Name;
}
