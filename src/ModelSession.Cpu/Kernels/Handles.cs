using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels;

/// <summary>Handles of resources: a scalar that holds the resource itself, or of old two strings, its container and name.</summary>
internal static class Handles
{
    /// <summary>Gives a resource as output 0.</summary>
    public static void Give(KernelContext context, ResourceKey key, object resource)
    {
        if (context.Output(0).DType == DType.Resource)
        {
            context.Allocate(0, []).Objects[0] = resource;
            return;
        }

        Span<object?> handle = context.Allocate(0, [2]).Objects;
        handle[0] = Encoding.UTF8.GetBytes(key.Container);
        handle[1] = Encoding.UTF8.GetBytes(key.Name);
    }

    /// <summary>The resource that an input is a handle to.</summary>
    /// <param name="context">The run.</param>
    /// <param name="input">The number of the input.</param>
    /// <param name="what">The kind, for messages: <c>queue</c>.</param>
    /// <exception cref="EngineException">It is a handle of something else (InvalidArgument), or of what is not there (NotFound).</exception>
    public static T Get<T>(KernelContext context, int input, string what)
        where T : class
    {
        Value handle = context.Input(input);
        if (handle.DType == DType.Resource && handle.LongCount == 1)
        {
            return handle.Objects[0] as T ?? throw Failure.Invalid($"Input {input} is no handle of a {what}.");
        }

        if (handle.DType != DType.String || handle.LongCount != 2)
        {
            throw Failure.Invalid($"Input {input} is no handle of a {what}: it must have 2 elements, container and name, not the shape {handle.Shape}.");
        }

        ResourceKey key = new(Text(handle.Objects[0]), Text(handle.Objects[1]));
        return context.Session.Resources.Find<T>(key)
            ?? throw new EngineException(StatusCode.NotFound, $"There is no {what} '{key.Name}' in this session{(key.Container.Length > 0 ? $", container '{key.Container}'" : "")}.");
    }

    private static string Text(object? bytes) => bytes is byte[] text ? Encoding.UTF8.GetString(text) : "";
}
