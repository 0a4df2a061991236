using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace ModelSessions.Tests;

/// <summary>The staged module's manifest and files, without a PowerShell.</summary>
public sealed partial class ManifestTests
{
    private static readonly string s_manifest = File.ReadAllText(Path.Combine(StagedModule.Folder, "ModelSession.psd1"));

    [Fact]
    public void It_exports_every_cmdlet_alphabetically() => Assert.Equal(Cmdlets().Order(StringComparer.Ordinal), ListOf("CmdletsToExport"));

    [Fact]
    public void Every_cmdlet_has_its_own_Pester_file() => Assert.All(
        Cmdlets(), cmdlet => Assert.True(File.Exists(Path.Combine(StagedModule.Repository, "tests", "Pester", $"{cmdlet}.Tests.ps1")), cmdlet));

    [Fact]
    public void Its_version_is_the_assemblies()
    {
        Version assembly = AssemblyName.GetAssemblyName(Path.Combine(StagedModule.Folder, "ModelSession.PowerShell.dll")).Version!;
        Assert.Equal(assembly.ToString(3), ModuleVersion().Match(s_manifest).Groups[1].Value);
    }

    [Fact]
    public void It_lists_every_file_of_the_module() => Assert.Equal(
        Directory.EnumerateFiles(StagedModule.Folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(StagedModule.Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
        ListOf("FileList").Order(StringComparer.Ordinal));

    [Fact]
    public void Its_release_notes_are_the_changelogs_section_of_the_version()
    {
        string[] sections = File.ReadAllText(Path.Combine(StagedModule.Repository, "CHANGELOG.md")).Replace("\r", "", StringComparison.Ordinal).Split("\n## ");
        string version = ModuleVersion().Match(s_manifest).Groups[1].Value;
        string own = Assert.Single(sections, section => section.StartsWith($"[{version}] - ", StringComparison.Ordinal));
        Assert.Contains("\n" + own[(own.IndexOf('\n', StringComparison.Ordinal) + 1)..].Trim() + "\n'@", s_manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void The_module_without_sample_data_is_no_larger_than_six_megabytes()
    {
        long whole = new DirectoryInfo(StagedModule.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        long samples = new DirectoryInfo(Path.Combine(StagedModule.Repository, "src", "ModelSession.Core", "Data", "Mnist")).EnumerateFiles("*.gz").Sum(file => file.Length);
        Assert.InRange(whole - samples, 0, 6 << 20); // PowerShell's 6MB
    }

    [Fact]
    public void Assemblies_of_packages_lie_in_a_folder_of_their_own()
    {
        Assert.All(Directory.EnumerateFiles(StagedModule.Folder, "*.dll").Select(Path.GetFileName), name => Assert.StartsWith("ModelSession.", name, StringComparison.Ordinal));
        Assert.Contains("Google.Protobuf", StagedPackage.All().Select(package => package.Name));
    }

    [Fact]
    public void PowerShell_itself_is_not_staged() => Assert.Empty(Directory.EnumerateFiles(StagedModule.Folder, "System.Management.Automation*", SearchOption.AllDirectories));

    private static IEnumerable<string> ListOf(string key) =>
        QuotedName().Matches(Regex.Match(s_manifest, $@"{key}\s*=\s*@\(([^)]*)\)").Groups[1].Value).Select(match => match.Groups[1].Value);

    // By metadata: the assembly cannot be loaded without PowerShell's.
    private static List<string> Cmdlets()
    {
        using PEReader file = new(File.OpenRead(Path.Combine(StagedModule.Folder, "ModelSession.PowerShell.dll")));
        MetadataReader metadata = file.GetMetadataReader();
        List<string> names = [];
        foreach (CustomAttribute attribute in metadata.CustomAttributes.Select(metadata.GetCustomAttribute))
        {
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
                && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name) == "CmdletAttribute")
            {
                BlobReader value = metadata.GetBlobReader(attribute.Value);
                _ = value.ReadUInt16();
                names.Add($"{value.ReadSerializedString()}-{value.ReadSerializedString()}");
            }
        }

        return names;
    }

    [GeneratedRegex(@"ModuleVersion\s*=\s*'([^']*)'")]
    private static partial Regex ModuleVersion();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex QuotedName();
}
