using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Texts of messages: those that Python reads give the same message and are printed the same, the others are refused.</summary>
internal static class TextFormatCases
{
    public static void Check(FileCase c)
    {
        using JsonDocument pairs = GoldenJson.Read<JsonDocument>(c.File("pairs.json"));
        List<string> faults = [];
        int count = 0;
        foreach (JsonElement pair in pairs.RootElement.GetProperty("pairs").EnumerateArray())
        {
            count++;
            if (Fault(c, pair) is { } fault)
            {
                faults.Add($"{pair.GetProperty("id").GetString()}: {fault}");
            }
        }

        Expect.Equal("pairs", c.Record.GetProperty("pairs").GetInt32(), count);
        Expect.None(faults);
    }

    private static string? Fault(FileCase c, JsonElement pair)
    {
        MessageDescriptor type = Descriptor(pair.GetProperty("message").GetString()!);
        byte[] text = File.ReadAllBytes(c.File(pair.GetProperty("text").GetString()!));
        bool refused = pair.TryGetProperty("refused", out JsonElement error);
        IMessage message;
        try
        {
            message = TextFormat.Parse(text, type);
        }
        catch (ModelFileException found)
        {
            return refused ? null : $"expected a message, found: {found.Message}";
        }

        if (refused)
        {
            return $"expected to be refused ({error.GetProperty("message").GetString()}), found {message}";
        }

        IMessage expected = type.Parser.ParseFrom(File.ReadAllBytes(c.File(pair.GetProperty("binary").GetString()!)));
        if (!expected.Equals(message))
        {
            return $"expected the message {expected}, found {message}";
        }

        string printed = File.ReadAllText(c.File(pair.GetProperty("printed").GetString()!), Encoding.UTF8);
        return printed == TextFormat.Print(message) ? null : $"expected the text {printed}, found {TextFormat.Print(message)}";
    }

    private static MessageDescriptor Descriptor(string name) =>
        (MessageDescriptor?)typeof(GraphDef).Assembly.GetType($"{typeof(GraphDef).Namespace}.{name}")?.GetProperty("Descriptor")?.GetValue(null)
        ?? throw new InvalidDataException($"No message '{name}' is known.");
}
