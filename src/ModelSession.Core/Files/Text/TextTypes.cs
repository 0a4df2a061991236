using Google.Protobuf.Reflection;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>The message types that an Any can hold in the text form: all of this library's.</summary>
internal static class TextTypes
{
    // With what they import these are all files.
    private static readonly TypeRegistry s_types = TypeRegistry.FromFiles(
        CheckpointStateReflection.Descriptor,
        ControlFlowReflection.Descriptor,
        EventReflection.Descriptor,
        ExampleReflection.Descriptor,
        MetaGraphReflection.Descriptor,
        QueueRunnerReflection.Descriptor,
        SavedModelReflection.Descriptor,
        SavedTensorSliceReflection.Descriptor,
        TensorBundleReflection.Descriptor,
        VariableReflection.Descriptor);

    /// <summary>A message type by its full name; null if there is none.</summary>
    public static MessageDescriptor? Find(string fullName) => s_types.Find(fullName);
}
