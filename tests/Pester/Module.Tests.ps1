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

    Describe 'Another module''s <_>' -ForEach @(Get-ChildItem (Join-Path (Get-Module ModelSession).ModuleBase dependencies)).BaseName {
        BeforeAll {
            $package = $_
            Set-Content $TestDrive/rows.csv 'a,y', '1,0', '2,1', '3,0'
            $useAll = "`$d = Import-ModelDataset -Path '$TestDrive/rows.csv' -LabelColumn y; `$s = New-ModelSession Mnist -Layer1 2 -Layer2 2 | Invoke-ModelTraining (Import-ModelDataset) -Steps 1 -BatchSize 5; `$d.Train.Count; `$s.Iteration"
        }

        It 'may be loaded before ours, <Which>' -ForEach @{ Which = 'older' }, @{ Which = 'newer' } {
            if (-not $env:MODELSESSION_OTHER_VERSIONS) {
                Set-ItResult -Skipped -Because 'Invoke-Tests.ps1 was given no -OtherVersions'
            }

            $other = Join-Path $env:MODELSESSION_OTHER_VERSIONS $Which "$package.dll"
            Invoke-InNewProcess "`$null = [Reflection.Assembly]::LoadFrom('$other'); Import-Module ModelSession; $useAll" | Should -Be '3', '1'
        }
    }

    It 'gives all threads that ask for a package at once the same one' {
        Invoke-InNewProcess "Import-Module ModelSession; `$name = [ModelSessions.Graph].Assembly.GetReferencedAssemblies() | Where-Object Name -EQ System.Numerics.Tensors
            `$all = 1..16 | ForEach-Object -ThrottleLimit 16 -Parallel { [Reflection.Assembly]::Load(`$using:name) }
            `$all.Count; [Collections.Generic.HashSet[object]]::new([object[]]`$all).Count" | Should -Be '16', '1'
    }

    It 'works again after Remove-Module' {
        Invoke-InNewProcess "Import-Module ModelSession; Remove-Module ModelSession; Import-Module ModelSession; $useProtobuf" | Should -Be '1766'
    }

    Describe 'A class that derives from ModelDefinition' {
        BeforeAll {
            $class = @'
class MyModel : ModelSessions.ModelDefinition {
    [int] $Width = 3
    [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) {
        return [ModelSessions.Binding]::new(@{ inputs = $g.Placeholder('Float32', @(-1, $this.Width), 'x') })
    }
}
'@
            $use = '(New-ModelSession ([MyModel]) -Width 4).ToString()'
            function New-Script([string] $Text) {
                $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
                Set-Content $file $Text
                $file
            }
        }

        # PowerShell resolves base classes when it parses a file, before any of it runs. What #requires names is imported before that.
        It 'may stand in a first file that begins with #requires<Besides>' -ForEach @{ Besides = ''; Line = '' }, @{ Besides = ' and using module'; Line = 'using module ModelSession' } {
            $file = New-Script "#requires -Modules ModelSession`n$Line`n$class`n$use"
            & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $file 2>&1 | Should -Be 'My (Width=4)'
            Invoke-InNewProcess "& '$file'" | Should -Be 'My (Width=4)'
        }

        It 'may stand in a file that is loaded after the module, with using module or without' {
            $with = New-Script "using module ModelSession`n$class`n$use"
            $without = New-Script "$class`n$use"
            Invoke-InNewProcess "Import-Module ModelSession; . '$with'; . '$without'" | Should -Be 'My (Width=4)', 'My (Width=4)'
        }

        # The day that this fails the help may say so.
        It 'is not found in a first file that has using module alone' {
            $file = New-Script "using module ModelSession`n$class`n$use"
            $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $file 2>&1
            $LASTEXITCODE | Should -Be 1
            "$output" | Should -BeLike '*Unable to find type*'
        }

        It 'may stand in a module that requires this one, and be derived from with using module' {
            $folder = (New-Item -ItemType Directory -Force (Join-Path $TestDrive modules UserModels)).FullName
            Set-Content "$folder/UserModels.psm1" "using module ModelSession`n$class`nfunction New-My { $use }"
            New-ModuleManifest "$folder/UserModels.psd1" -RootModule UserModels.psm1 -RequiredModules ModelSession -FunctionsToExport New-My
            $path = "`$env:PSModulePath = '$TestDrive/modules' + [IO.Path]::PathSeparator + `$env:PSModulePath"
            Invoke-InNewProcess "$path; New-My" | Should -Be 'My (Width=4)'
            $file = New-Script "using module UserModels`nclass Other : MyModel { }`n(New-ModelSession ([Other])).ToString()"
            Invoke-InNewProcess "$path; . '$file'" | Should -Be 'Other (Width=3)'
        }

        It 'has its type literals: [ModelSessions.ModelSession]' {
            Invoke-InNewProcess "Import-Module ModelSession; [ModelSessions.ModelSession].FullName; [ModelSessions.ModelSession]::Live.Count" | Should -Be 'ModelSessions.ModelSession', '0'
        }
    }
}
