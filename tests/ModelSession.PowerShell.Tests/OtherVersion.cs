using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ModelSessions.Tests;

/// <summary>Makes the same assembly with another version number, as a newer release of a package would have.</summary>
internal static class OtherVersion
{
    public static void Write(ReadOnlySpan<byte> assembly, string target, ushort major, ushort minor)
    {
        byte[] bytes = assembly.ToArray();
        using PEReader reader = new(new MemoryStream(bytes));

        // ECMA-335 II.22.2: a row of the Assembly table begins with the hash algorithm's id (4 bytes), then major and minor version.
        int version = reader.PEHeaders.MetadataStartOffset + reader.GetMetadataReader().GetTableMetadataOffset(TableIndex.Assembly) + 4;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(version), major);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(version + 2), minor);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, bytes);
    }
}
