using Google.Protobuf;

namespace ModelSessions.Files;

/// <summary>What the reader of protocol buffers throws at bytes that are no message.</summary>
internal static class MessageDamage
{
    /// <summary>Whether an exception says that a message is damaged.</summary>
    /// <remarks>A length near 2 GiB overflows the reader's own sum, and then it reads beyond its array before it notices.</remarks>
    public static bool Is(Exception error) => error is InvalidProtocolBufferException or IndexOutOfRangeException or ArgumentOutOfRangeException;
}
