using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Predictions;

/// <summary>A model as a module with a command. That these modules work tests/Pester/Export-ModelCommand.Tests.ps1 shows.</summary>
public sealed class CommandModuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_module_is_a_model_a_manifest_and_a_script()
    {
        using ModelSession session = Create();
        CommandModule module = new(session, Folder("Digits/"), new CommandOptions { Command = "Get-Digit", Description = "It's one.", Version = new(2, 1), Required = new(0, 1, 0) });
        ExportResult result = module.Write();

        Assert.Equal(Folder("Digits"), module.Folder);
        Assert.Equal(Folder("Digits", "model.pb"), result.Path);
        Assert.Equal(["Digits.psd1", "Digits.psm1", "model.pb", "model.pb.json"], Directory.GetFiles(module.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string manifest = File.ReadAllText(module.Manifest), script = Script(module);
        Assert.Contains("ModuleVersion        = '2.1'", manifest, StringComparison.Ordinal);
        Assert.Contains("ModuleName = 'ModelSession'; ModuleVersion = '0.1.0'", manifest, StringComparison.Ordinal);
        Assert.Contains("Description          = 'It''s one.'", manifest, StringComparison.Ordinal);
        Assert.Contains("FunctionsToExport    = @('Get-Digit')", manifest, StringComparison.Ordinal);
        Assert.Contains("[object] $InputObject", script, StringComparison.Ordinal);
        Assert.Contains("Export-ModuleMember -Function 'Get-Digit'", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_typed_parameters()
    {
        using ModelSession session = Create();
        session.Contract = new DataContract
        {
            Shape = [2],
            Columns = [new DataColumn("job title", ColumnKind.Category) { Values = ["baker", "it's"] }, new DataColumn("member", ColumnKind.Boolean)],
        };
        string script = Write(session, "Rows");

        Assert.Contains("[Alias('job title')]", script, StringComparison.Ordinal);
        Assert.Contains("[string] $JobTitle", script, StringComparison.Ordinal);
        Assert.Contains("@('baker', 'it''s') -like", script, StringComparison.Ordinal);
        Assert.Contains("[Nullable[bool]] $Member", script, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("$row['job title'] = $JobTitle", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_files()
    {
        using ModelSession session = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, new SessionOptions { Engines = [new CpuEngine()] });
        string script = Write(session, "Pictures");
        Assert.Contains("DefaultParameterSetName = 'Path'", script, StringComparison.Ordinal);
        Assert.Contains("[OutputType([ModelSessions.ClassPrediction])]", script, StringComparison.Ordinal);
        Assert.Contains("[int] $Top = 1", script, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_is_replaced_only_when_it_is_asked_for_and_nothing_else_ever()
    {
        using ModelSession session = Create();
        CommandModule module = new(session, Folder("Digits"), new CommandOptions { Command = "Get-Digit" });
        module.Write();
        Assert.Equal(StatusCode.AlreadyExists, Assert.Throws<ModelFileException>(() => module.Write()).Code);
        module.Write(replace: true);
        Directory.CreateDirectory(Folder("Other"));
        File.WriteAllText(Folder("Other", "notes.txt"), "mine");
        Assert.Throws<ModelFileException>(() => new CommandModule(session, Folder("Other"), new CommandOptions { Command = "Get-Digit" }).Write(replace: true));
        Assert.Equal("mine", File.ReadAllText(Folder("Other", "notes.txt")));
    }

    [Fact]
    public void A_folder_that_is_named_for_a_version_is_below_of_the_modules_own()
    {
        using ModelSession session = Create();
        CommandModule module = new(session, Folder("Digits", "2.1"), new CommandOptions { Command = "Get-Digit" });
        module.Write();
        Assert.Equal(Folder("Digits", "2.1", "Digits.psd1"), module.Manifest);
        Assert.Contains(" = '2.1'", File.ReadAllText(module.Manifest), StringComparison.Ordinal);
        Assert.Contains(
            "another version than 3.0", Assert.Throws<ArgumentException>(() => new CommandModule(session, Folder("Digits", "2.1"), new CommandOptions { Command = "Get-Digit", Version = new(3, 0) })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CommandModule(session, "/2.1", new CommandOptions { Command = "Get-Digit" }));
    }

    [Theory]
    [InlineData("x'y", "Get-Digit")]
    [InlineData("1st", "Get-Digit")]
    [InlineData("Digits", "Get-Digit; Remove-Item")]
    [InlineData("Digits", "Digit")]
    [InlineData("Digits", "Get-Digit\n")]
    public void Names_that_are_none_are_refused(string module, string command)
    {
        using ModelSession session = Create();
        Assert.Throws<ArgumentException>(() => new CommandModule(session, Folder(module), new CommandOptions { Command = command }));
    }

    [Fact]
    public void A_session_behind_another_one_is_refused()
    {
        using ModelSession session = Create(), front = Create();
        session.Front = front;
        Assert.Throws<UnsupportedFeatureException>(() => new CommandModule(session, Folder("Digits"), new CommandOptions { Command = "Get-Digit" }));
    }

    [Fact]
    public void Every_quote_that_ends_a_literal_is_doubled() =>
        Assert.Equal("'a''b\u2018\u2018c\u2019\u2019d\u201a\u201ae\u201b\u201b\"$(f)'", PowerShellText.Quote("a'b\u2018c\u2019d\u201ae\u201b\"$(f)"));

    [Theory]
    [InlineData("x\r\n.SYNOPSIS", "x  .SYNOPSIS")]
    [InlineData("a #> <# b", "a       b")]
    [InlineData(".PARAMETER x", "PARAMETER x")]
    [InlineData("\u2028", "?")]
    public void Texts_in_comments_stay_on_their_line(string text, string expected) => Assert.Equal(expected, PowerShellText.Plain(text));

    [Fact]
    public void Parameters_have_names_of_their_own() => Assert.Equal(
        ["Age", "JobTitle", "ColumnVerbose", "ColumnHome", "Column1st", "Column", "Age_2", "ColumnRow"],
        PowerShellText.Parameters(["Age", "job title", "Verbose", "home", "1st", "é", "age!", "row"]));

    [Fact]
    public void A_column_is_an_alias_where_it_can_be()
    {
        HashSet<string> taken = new(["JobTitle"], StringComparer.OrdinalIgnoreCase);
        Assert.Equal("job title", PowerShellText.Alias("job title", "JobTitle", taken));
        Assert.Null(PowerShellText.Alias("Job Title", "JobTitle_2", taken));
        Assert.Null(PowerShellText.Alias("verbose", "ColumnVerbose", taken));
        Assert.Null(PowerShellText.Alias("Age", "age", taken));
    }

    private string Write(ModelSession session, string name)
    {
        CommandModule module = new(session, Folder(name), new CommandOptions { Command = "Get-Answer" });
        module.Write();
        return Script(module);
    }

    private string Folder(params string[] parts) => Path.Combine([_folder.Path, .. parts]);

    private static string Script(CommandModule module) => File.ReadAllText(Path.ChangeExtension(module.Manifest, ".psm1"));

    private static ModelSession Create() => ModelSession.Create(
        new FunctionDefinition("test", g =>
        {
            GraphTensor x = g.Placeholder(DType.Float32, [-1, 2], "x");
            return new Binding { [Roles.Inputs] = x, [Roles.Predictions] = x * 2.0 };
        }),
        new SessionOptions { Engines = [new CpuEngine()] });
}
