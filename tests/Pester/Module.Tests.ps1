Describe 'The module' {
    BeforeAll {
        # In a process of its own, since an assembly once loaded stays.
        function Invoke-InNewProcess([string] $Script) {
            $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; $Script" 2>&1
            if ($LASTEXITCODE -ne 0) {
                throw ($output | Out-String)
            }

            $output
        }

        $useProtobuf = '[ModelSessions.Graph]::new().Versions.Producer'
        $whoseProtobuf = '[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq "Google.Protobuf" } |
            ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name } | Sort-Object'
    }

    It 'has exactly the cmdlets of its manifest' {
        $manifest = Import-PowerShellDataFile (Join-Path (Get-Module ModelSession).ModuleBase ModelSession.psd1)
        (Get-Command -Module ModelSession).Name | Should -Be $manifest.CmdletsToExport
    }

    It 'passes Test-ModuleManifest' {
        { Test-ModuleManifest (Join-Path (Get-Module ModelSession).ModuleBase ModelSession.psd1) -ErrorAction Stop } | Should -Not -Throw
    }

    It 'keeps the packages that it uses out of the default load context' {
        Invoke-InNewProcess "Import-Module ModelSession; $useProtobuf; $whoseProtobuf" | Should -Be '1766', 'ModelSession dependencies'
    }

    It 'works after an <_> Google.Protobuf was loaded by another module' -ForEach 'older', 'newer' {
        if (-not $env:MODELSESSION_OTHER_VERSIONS) {
            Set-ItResult -Skipped -Because 'Invoke-Tests.ps1 was given no -OtherVersions'
        }

        $other = Join-Path $env:MODELSESSION_OTHER_VERSIONS $_ Google.Protobuf.dll
        Invoke-InNewProcess "Import-Module '$other'; Import-Module ModelSession; $useProtobuf" | Should -Be '1766'
    }

    It 'leaves an <_> Google.Protobuf to the module that loads it later' -ForEach 'older', 'newer' {
        if (-not $env:MODELSESSION_OTHER_VERSIONS) {
            Set-ItResult -Skipped -Because 'Invoke-Tests.ps1 was given no -OtherVersions'
        }

        $other = Join-Path $env:MODELSESSION_OTHER_VERSIONS $_ Google.Protobuf.dll
        Invoke-InNewProcess "Import-Module ModelSession; $useProtobuf; Import-Module '$other'; $useProtobuf; $whoseProtobuf" |
            Should -Be '1766', '1766', 'Default', 'ModelSession dependencies'
    }

    It 'works again after Remove-Module' {
        Invoke-InNewProcess "Import-Module ModelSession; Remove-Module ModelSession; Import-Module ModelSession; $useProtobuf" | Should -Be '1766'
    }

    # PowerShell resolves base classes when it parses a file, before any of it runs: the module must be imported by then.
    It 'gives a base class to PowerShell classes, with "using module" too' {
        $file = Join-Path $TestDrive MyModel.ps1
        @'
using module ModelSession
class MyModel : ModelSessions.ModelDefinition {
    [int] $Width = 3
    [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) { return [ModelSessions.Binding]::new() }
}
$model = [MyModel]::new()
$model.Name
$model.Structure()['width']
$model -is [ModelSessions.ModelDefinition]
'@ | Set-Content $file
        Invoke-InNewProcess "Import-Module ModelSession; . '$file'" | Should -Be 'My', '3', 'True'
    }
}
