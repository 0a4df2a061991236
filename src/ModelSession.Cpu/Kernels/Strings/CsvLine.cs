using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Takes a line of comma-separated values apart, as TensorFlow does: quotes stand around a whole field, doubled inside it.</summary>
/// <param name="delimiter">Between fields.</param>
/// <param name="quotes">Whether quotes mean anything.</param>
/// <param name="chosen">The fields to take, ascending; none for all.</param>
internal sealed class CsvLine(byte delimiter, bool quotes, long[] chosen)
{
    private const byte Quote = (byte)'"';

    public List<byte[]> Split(byte[] line)
    {
        List<byte[]> fields = [];
        int at = 0, number = 0;
        while (at < line.Length)
        {
            if (line[at] is (byte)'\n' or (byte)'\r')
            {
                at++;
                continue;
            }

            byte[] field = quotes && line[at] == Quote ? Quoted(line, ref at) : Plain(line, ref at);
            if (IsChosen(number++, fields.Count))
            {
                fields.Add(field);
                if (fields.Count == chosen.Length)
                {
                    return fields;
                }
            }
        }

        if (line.Length > 0 && line[^1] == delimiter && IsChosen(number, fields.Count))
        {
            fields.Add([]);
        }

        return fields;
    }

    private bool IsChosen(int number, int taken) => chosen.Length == 0 || chosen[taken] == number;

    private byte[] Plain(byte[] line, ref int at)
    {
        int start = at;
        for (; at < line.Length && line[at] != delimiter; at++)
        {
            if ((quotes && line[at] == Quote) || line[at] is (byte)'\n' or (byte)'\r')
            {
                throw Failure.Invalid($"Unquoted fields cannot have quotes/CRLFs inside: '{Text.Show(line)}'");
            }
        }

        return line[start..at++];
    }

    private byte[] Quoted(byte[] line, ref int at)
    {
        List<byte> field = [];
        at++;
        while (at < line.Length - 1 && (line[at] != Quote || line[at + 1] != delimiter))
        {
            if (line[at] == Quote)
            {
                at += line[at + 1] == Quote ? 1 : throw Failure.Invalid($"Quote inside a string has to be escaped by another quote: '{Text.Show(line)}'");
            }

            field.Add(line[at++]);
        }

        if (at >= line.Length || line[at] != Quote || (at < line.Length - 1 && line[at + 1] != delimiter))
        {
            throw Failure.Invalid($"Quoted field has to end with quote followed by delim or end: '{Text.Show(line)}'");
        }

        at += 2;
        return [.. field];
    }
}
