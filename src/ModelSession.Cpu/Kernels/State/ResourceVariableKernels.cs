using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Resource variables: a node gives a handle; a read is a snapshot.</summary>
internal static class ResourceVariableKernels
{
    public static void Register(KernelTable table)
    {
        table.RingUpdates<VariableUpdate.Add>("AssignAddVariableOp", TypeSet.Numbers | TypeSet.Complexes, "dtype");
        table.RingUpdates<VariableUpdate.Subtract>("AssignSubVariableOp", TypeSet.Numbers | TypeSet.Complexes, "dtype");
        table.Add("AssignVariableOp", Assign);
        table.Add("DestroyResourceOp", Destroy);
        table.Add("ReadVariableOp", Read);
        table.Elements<Gather>("ResourceGather", "dtype");
        table.Add("VarHandleOp", Handle);
        table.Add("VarIsInitializedOp", context => context.Allocate(0, []).Span<bool>()[0] = Variable(context, 0).IsInitialized);
        table.Add("VariableShape", Shape);
        table.Add("_ReadVariablesOp", ReadMany);
    }

    /// <summary>The variable that an input is a handle to.</summary>
    public static ResourceVariable Variable(KernelContext context, int input) => context.Input(input).Objects[0] as ResourceVariable
        ?? throw Failure.Invalid($"Input {input} is no handle to a variable.");

    private static Kernel Handle(GraphOperation node, CpuSession session)
    {
        ResourceVariable variable = (ResourceVariable)session.Store.Get(node);
        return context => context.Allocate(0, []).Objects[0] = variable;
    }

    private static Kernel Read(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("dtype");
        return context => Read(context, 0, dtype);
    }

    private static Kernel ReadMany(GraphOperation node, CpuSession session)
    {
        DType[] dtypes = [.. node.DTypeList("dtypes")];
        return context =>
        {
            for (int i = 0; i < dtypes.Length; i++)
            {
                Read(context, i, dtypes[i]);
            }
        };
    }

    private static void Read(KernelContext context, int index, DType dtype)
    {
        ResourceVariable variable = Variable(context, index);
        if (variable.DType != dtype)
        {
            throw Failure.Invalid($"Trying to read variable {variable.Name} with wrong dtype. Expected {dtype.Name()} got {variable.DType.Name()}");
        }

        lock (variable.Gate)
        {
            Value value = variable.Read();
            context.Output(index).ShareFrom(value, value.Dimensions);
        }
    }

    private static Kernel Assign(GraphOperation node, CpuSession session)
    {
        bool validate = node.Attributes.ContainsKey("validate_shape") && node.Bool("validate_shape");
        return context =>
        {
            ResourceVariable variable = Variable(context, 0);
            Value value = context.Input(1);
            if (variable.DType != value.DType)
            {
                throw Failure.Invalid($"Trying to assign variable {variable.Name} with wrong dtype. Expected {variable.DType.Name()} got {value.DType.Name()}");
            }

            if (validate && !variable.StaticShape.IsCompatibleWith(value.Shape))
            {
                throw Failure.Invalid($"Shape {value.Shape} does not fit the variable {variable.Name} of shape {variable.StaticShape}.");
            }

            lock (variable.Gate)
            {
                variable.Renew(value.Dimensions).Write(value);
            }
        };
    }

    private static Kernel Destroy(GraphOperation node, CpuSession session)
    {
        bool lenient = node.Bool("ignore_lookup_error");
        return context =>
        {
            object? resource = context.Input(0).Objects[0];
            if (resource is ResourceVariable variable)
            {
                if (!variable.IsInitialized && !lenient)
                {
                    throw variable.Missing();
                }

                variable.Reset();
            }
            else if ((resource is null || !session.Resources.Remove(resource)) && !lenient)
            {
                throw new EngineException(StatusCode.NotFound, "There is no resource of this handle.");
            }
        };
    }

    private static void Shape(KernelContext context)
    {
        Value value = Variable(context, 0).LookUp();
        Value shape = context.Allocate(0, [value.Rank]);
        for (int i = 0; i < value.Rank; i++)
        {
            ShapeKernels.WriteInteger(shape, i, value.Dimensions[i]);
        }
    }

    private readonly struct Gather : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int batches = (int)node.Int("batch_dims");
            return context =>
            {
                ResourceVariable variable = Variable(context, 0);
                lock (variable.Gate)
                {
                    Value values = variable.LookUp();
                    if (values.Rank == 0 || batches >= values.Rank)
                    {
                        throw Failure.Invalid($"params must be at least {batches + 1} dimensional, not {values.Shape}");
                    }

                    GatherKernels.Pick<T>(context, values, context.Input(1), batches, batches);
                }
            };
        }
    }
}
