using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace ModelSessions.Tests;

/// <summary>What <c>build.ps1 -Pack</c> makes of the staged module.</summary>
public sealed class PackageTests : IClassFixture<PackageTests.Package>
{
    private static readonly XNamespace s_nuspec = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";
    private readonly Package _package;

    public PackageTests(Package package) => _package = package;

    [Fact]
    public void It_holds_the_module_and_nothing_else()
    {
        // The last three are the format's own; who installs a package leaves them out.
        IEnumerable<string> packed = Directory.EnumerateFiles(_package.Folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_package.Folder, path).Replace('\\', '/'))
            .Where(path => path is not ("ModelSession.nuspec" or "[Content_Types].xml") && !path.StartsWith("_rels/", StringComparison.Ordinal) && !path.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal(
            Directory.EnumerateFiles(StagedModule.Folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(StagedModule.Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
            packed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_part_has_a_type_and_a_name_as_the_Open_Packaging_Conventions_want()
    {
        XNamespace types = "http://schemas.openxmlformats.org/package/2006/content-types";
        XElement root = XDocument.Load(Path.Combine(_package.Folder, "[Content_Types].xml")).Root!;
        string[] extensions = [.. root.Elements(types + "Default").Select(element => "." + element.Attribute("Extension")!.Value)];
        string[] parts = [.. root.Elements(types + "Override").Select(element => element.Attribute("PartName")!.Value)];
        Assert.Equal(["/LICENSE"], parts);
        Assert.All(
            Directory.EnumerateFiles(_package.Folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Where(name => name is not ("LICENSE" or "[Content_Types].xml")),
            name => Assert.Contains(Path.GetExtension(name), extensions));
    }

    [Fact]
    public void It_tells_the_PowerShell_Gallery_what_it_is()
    {
        XElement data = XDocument.Load(Path.Combine(_package.Folder, "ModelSession.nuspec")).Root!.Element(s_nuspec + "metadata")!;
        Assert.Equal("ModelSession", Told("id"));
        Assert.Contains($"ModuleVersion        = '{Told("version")}'", File.ReadAllText(Path.Combine(_package.Folder, "ModelSession.psd1")), StringComparison.Ordinal);
        Assert.Equal("The ModelSession authors", Told("authors"));
        Assert.StartsWith("Create, train, test", Told("description"), StringComparison.Ordinal);
        Assert.Equal("MIT", Told("license"));
        Assert.Equal("icon.png", Told("icon"));
        Assert.StartsWith("### Added", Told("releaseNotes"), StringComparison.Ordinal);
        Assert.DoesNotContain(data.Descendants(), element => element.Name.LocalName == "dependency");
        string[] tags = Told("tags").Split(' ');
        Assert.Superset(new HashSet<string> { "PSModule", "PSEdition_Core", "PSIncludes_Cmdlet", "PSCmdlet_New-ModelSession", "PSCommand_New-ModelSession", "TensorFlow" }, tags.ToHashSet());
        Assert.Equal(tags.Distinct(), tags);

        string Told(string name) => data.Element(s_nuspec + name)?.Value ?? "";
    }

    [Fact]
    public async Task A_new_PowerShell_imports_it_and_makes_a_session()
    {
        string pwsh = Pwsh.Require();
        string script = Path.Combine(_package.Root, "tour.ps1");
        await File.WriteAllTextAsync(
            script,
            """
            param([string] $Modules)
            Set-StrictMode -Version 3
            $ErrorActionPreference = 'Stop'
            $env:PSModulePath = $Modules + [IO.Path]::PathSeparator + $env:PSModulePath
            $null = Test-ModuleManifest (Join-Path $Modules ModelSession ModelSession.psd1)
            Import-Module ModelSession
            (Get-Module ModelSession).ModuleBase
            $data = Import-ModelDataset Mnist
            $s = New-ModelSession Mnist -Layer1 2 -Layer2 2
            $null = $s | Invoke-ModelTraining $data -LearningRate 1e-3 -Steps 2 -BatchSize 50
            ($s | Save-ModelCheckpoint (Join-Path $Modules checkpoint) | Restore-ModelSession).Iteration
            """,
            TestContext.Current.CancellationToken);
        (int exitCode, string output) = await Pwsh.RunAsync(pwsh, [script, _package.Root], TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output);
        Assert.Equal([_package.Folder, "2"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>Packs what was built, and expands it as a module's folder.</summary>
    public sealed class Package : IDisposable
    {
        public Package()
        {
            ProcessStartInfo start = new("dotnet")
            {
                WorkingDirectory = StagedModule.Repository,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (string argument in (string[])["pack", Path.Combine("src", "ModelSession.PowerShell"), "--no-build", "--configuration", StagedModule.Configuration, "--output", Root])
            {
                start.ArgumentList.Add(argument);
            }

            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output + errors.Result);
            ZipFile.ExtractToDirectory(Assert.Single(Directory.GetFiles(Root, "*.nupkg")), Folder);
        }

        public string Root { get; } = Directory.CreateTempSubdirectory("modelsession-package-").FullName;

        public string Folder => Path.Combine(Root, "ModelSession");

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
