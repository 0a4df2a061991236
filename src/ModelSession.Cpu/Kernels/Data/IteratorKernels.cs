using Google.Protobuf;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.DataFlow;
using ModelSessions.Protos;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Iterators: made, started with a dataset, asked for elements.</summary>
internal static class IteratorKernels
{
    // There is one device.
    private const string Device = "/job:localhost/replica:0/task:0/device:CPU:0";

    private static long s_anonymous;

    public static void Register(KernelTable table)
    {
        table.Add("AnonymousIterator", Anonymous);
        table.Add("AnonymousIteratorV2", Anonymous);
        table.Add("AnonymousIteratorV3", Anonymous);
        table.Add("DeleteIterator", Delete);
        table.Add("ExperimentalIteratorGetDevice", GetDevice);
        table.Add("Iterator", Named);
        table.Add("IteratorFromStringHandle", FromStringHandle);
        table.Add("IteratorFromStringHandleV2", FromStringHandle);
        table.Add("IteratorGetDevice", GetDevice);
        table.Add("IteratorGetNext", GetNext);
        table.Add("IteratorGetNextAsOptional", GetNextAsOptional);
        table.Add("IteratorGetNextSync", GetNext);
        table.Add("IteratorToStringHandle", ToStringHandle);
        table.Add("IteratorV2", Named);
        table.Add("MakeIterator", context => Get(context, 1).Start(context, DatasetArguments.Of(context.Input(0))));
        table.Add("OneShotIterator", OneShot);
    }

    private static IteratorResource Get(KernelContext context, int input) => Handles.Get<IteratorResource>(context, input, "iterator").Living();

    private static Kernel Named(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = Components(node);
        return context =>
        {
            IteratorResource iterator = session.Resources.Get(node, key => new IteratorResource(key, types, shapes));
            iterator.CheckTypes(types, shapes);
            Handles.Give(context, iterator.Key, iterator);
        };
    }

    private static Kernel Anonymous(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = Components(node);
        return context =>
        {
            ResourceKey key = new("", $"AnonymousIterator{Interlocked.Increment(ref s_anonymous)}");
            IteratorResource iterator = new(key, types, shapes);
            Handles.Give(context, key, iterator);
            if (context.OutputCount > 1)
            {
                context.Allocate(1, []).Objects[0] = iterator;
            }
        };
    }

    private static Kernel OneShot(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = Components(node);
        Function factory = session.Functions.Get(node, "dataset_factory");
        Lock gate = new();
        bool started = false;
        return context =>
        {
            IteratorResource iterator = session.Resources.Get(node, key => new IteratorResource(key, types, shapes));
            lock (gate)
            {
                if (!started)
                {
                    iterator.Start(context, new DatasetFunction(factory, []).Dataset(context));
                    started = true;
                }
            }

            Handles.Give(context, iterator.Key, iterator);
        };
    }

    private static Kernel GetNext(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = Components(node);
        return context =>
        {
            Tensor[] element = Get(context, 0).Next(context) ?? throw Failure.OutOfRange("End of sequence");
            Give(context, types, shapes, element);
        };
    }

    /// <summary>Gives an element as a node's outputs.</summary>
    /// <exception cref="EngineException">It is not of the types and shapes that the node states.</exception>
    public static void Give(KernelContext context, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes, Tensor[] element)
    {
        Elements.Check(types, shapes, element);
        for (int i = 0; i < element.Length; i++)
        {
            context.Output(i).Borrow(element[i]);
        }
    }

    private static Kernel GetNextAsOptional(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = Components(node);
        return context =>
        {
            Tensor[]? element = Get(context, 0).Next(context);
            if (element is not null)
            {
                Elements.Check(types, shapes, element);
            }

            context.Allocate(0, []).Objects[0] = new Optional(element);
        };
    }

    private static void Delete(KernelContext context)
    {
        IteratorResource iterator = Handles.Get<IteratorResource>(context, 0, "iterator");
        context.Session.Resources.Remove(iterator);
        iterator.Dispose();
    }

    private static void ToStringHandle(KernelContext context)
    {
        IteratorResource iterator = Get(context, 0);
        // One without a name has been found by its handle alone so far.
        context.Session.Resources.Get(iterator.Key, _ => iterator);
        ResourceHandleProto handle = new() { Device = Device, Container = iterator.Key.Container, Name = iterator.Key.Name };
        context.Allocate(0, []).Objects[0] = handle.ToByteArray();
    }

    private static Kernel FromStringHandle(GraphOperation node, CpuSession session)
    {
        (IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) = Components(node);
        return context =>
        {
            byte[] text = Strings.Text.Scalar(context.Input(0), "string_handle");
            ResourceKey key = Parse(text);
            IteratorResource iterator = session.Resources.Find<IteratorResource>(key)?.Living()
                ?? throw new EngineException(StatusCode.NotFound, $"There is no iterator '{key.Name}' in this session.");
            if (types.Count > 0)
            {
                iterator.CheckTypes(types, shapes);
            }

            Handles.Give(context, key, iterator);
        };
    }

    private static ResourceKey Parse(byte[] text)
    {
        try
        {
            ResourceHandleProto handle = ResourceHandleProto.Parser.ParseFrom(text);
            return handle.Device == Device
                ? new ResourceKey(handle.Container, handle.Name)
                : throw Failure.Invalid($"Attempted create an iterator on device \"{Device}\" from handle defined on device \"{handle.Device}\"");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Could not parse string_handle as a valid ResourceHandle: {Strings.Text.Show(text)}", innerException: e);
        }
    }

    private static void GetDevice(KernelContext context)
    {
        Get(context, 0);
        context.Allocate(0, []).Objects[0] = System.Text.Encoding.UTF8.GetBytes(Device);
    }

    private static (IReadOnlyList<DType> Types, IReadOnlyList<Shape> Shapes) Components(GraphOperation node) =>
        (node.DTypeList("output_types"), node.ShapeList("output_shapes"));
}
