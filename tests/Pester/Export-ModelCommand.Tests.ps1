BeforeAll {
    . $PSScriptRoot/Fixtures/Pictures.ps1
    $data = Import-ModelDataset
    $session = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 1
    $null = $session | Invoke-ModelTraining $data -Steps 60
    $modules = Join-Path $TestDrive modules
    $digits = Join-Path $TestDrive digits
    $null = New-Item $digits -ItemType Directory
    $raw = @(Get-Digit $data 4)
    $names = 'a', '[b]', 'c d', "e'f"
    foreach ($i in 0..3) {
        Save-Png $raw[$i] 28 (Join-Path $digits "$($names[$i]).png")
    }

    $expected = @($session | Invoke-ModelPrediction $data -First 4)

    # In a process of its own, as a colleague would.
    function Invoke-InNewProcess([string] $Script) {
        $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; Set-StrictMode -Version 3; $Script" 2>&1
        if ($LASTEXITCODE -ne 0) {
            throw ($output | Out-String)
        }

        $output
    }

    function Export-Row([string] $Folder, [object[]] $Rows, [string] $Label) {
        $table = $Rows | Import-ModelDataset -LabelColumn $Label
        $width = $table.Contract.Shape.ElementCount
        $model = New-ModelSession SoftmaxRegression -Inputs $width -Classes $table.Contract.ClassCount -Seed 1
        $null = $model | Invoke-ModelTraining $table -Epochs 100 -LearningRate 0.5
        $model | Export-ModelCommand $Folder Get-Answer
        $model
    }
}

AfterAll {
    Get-ModelSession | Remove-ModelSession -Force
}

Describe 'Export-ModelCommand' {
    Context 'of a model of pictures' {
        BeforeAll {
            $folder = Join-Path $modules DigitClass
            $manifest = $session | Export-ModelCommand $folder Get-DigitClass -Description "Tells digits; 'quoted' #> $(1)" -PassThru
        }

        It 'writes a module' {
            $manifest.FullName | Should -Be (Join-Path $folder DigitClass.psd1)
            $manifest.PSPath | Should -Be (Get-Item $manifest).PSPath
            (Get-ChildItem $folder).Name | Sort-Object | Should -Be 'DigitClass.psd1', 'DigitClass.psm1', 'model.pb', 'model.pb.json'
            { Test-ModuleManifest $manifest.FullName -ErrorAction Stop } | Should -Not -Throw
            $tokens = $errors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseFile((Join-Path $folder DigitClass.psm1), [ref] $tokens, [ref] $errors)
            $errors | Should -HaveCount 0
        }

        It 'works in a new process' {
            $found = Invoke-InNewProcess "Import-Module '$($manifest.FullName)'; Get-ChildItem '$digits' | Get-DigitClass | Sort-Object { Split-Path `$_.Path -Leaf } | ForEach-Object { `$_.Class }"
            $order = Get-ChildItem $digits | Sort-Object Name | ForEach-Object { [array]::IndexOf($names, $_.BaseName) }
            $found | Should -Be $expected[$order].Class
        }

        It 'takes paths as built-in commands do, tells of wrong ones, and releases the model' {
            Import-Module $manifest.FullName
            try {
                # What tests before dropped may go at any time: now.
                [GC]::Collect()
                [GC]::WaitForPendingFinalizers()
                $live = [ModelSessions.ModelSession]::Live.Count
                (Get-DigitClass -Path (Join-Path $digits a.png) -Top 3).Top | Should -HaveCount 3
                (Get-DigitClass (Join-Path $digits *.png)) | Should -HaveCount 4
                (Get-DigitClass -LiteralPath (Join-Path $digits '[b].png')).Class | Should -Be $expected[1].Class
                $found = @((Join-Path $digits a.png), (Join-Path $digits nope.png), (Join-Path $digits 'c d.png') | Get-DigitClass -ErrorAction SilentlyContinue -ErrorVariable failures)
                $found | Should -HaveCount 2
                $failures | Should -HaveCount 1
                [ModelSessions.ModelSession]::Live.Count | Should -Be ($live + 1)
                (Get-Help Get-DigitClass).Synopsis | Should -BeLike "Tells digits; 'quoted'*"
                (Get-Command Get-DigitClass).OutputType.Name | Should -Be 'ModelSessions.ClassPrediction'
            }
            finally {
                Remove-Module DigitClass
            }

            [ModelSessions.ModelSession]::Live.Count | Should -Be $live
        }

        It 'writes versions side by side, of which the newest is taken' {
            '1.0.0', '1.2.0' | ForEach-Object { $session | Export-ModelCommand (Join-Path $modules Sided $_) Get-Sided }
            $path = $env:PSModulePath
            try {
                $env:PSModulePath = $modules + [IO.Path]::PathSeparator + $path
                (Get-Module Sided -ListAvailable).Version | Should -Be '1.2.0', '1.0.0'
                (Import-Module Sided -PassThru).Version | Should -Be '1.2.0'
            }
            finally {
                $env:PSModulePath = $path
                Remove-Module Sided -ErrorAction Ignore
            }

            { $session | Export-ModelCommand (Join-Path $modules Sided/1.2.0) Get-Sided -ErrorAction Stop } | Should -Throw -ErrorId 'ModuleExists,*'
        }

        It 'replaces a module only with -Force, and nothing else' {
            { $session | Export-ModelCommand $folder Get-DigitClass -ErrorAction Stop } | Should -Throw -ErrorId 'ModuleExists,*'
            $session | Export-ModelCommand $folder Get-DigitClass -Force -Version 2.0
            (Import-PowerShellDataFile $manifest.FullName).ModuleVersion | Should -Be '2.0'
            $other = Join-Path $modules Other
            $null = New-Item $other -ItemType Directory
            'mine' | Set-Content (Join-Path $other notes.txt)
            { $session | Export-ModelCommand $other Get-DigitClass -Force -ErrorAction Stop } | Should -Throw -ErrorId 'ModuleExists,*'
            Get-Content (Join-Path $other notes.txt) | Should -Be 'mine'
        }
    }

    Context 'of a model of rows' {
        BeforeAll {
            $rows = 0..39 | ForEach-Object { [pscustomobject]@{ age = $_; 'job title' = $_ % 2 ? 'baker' : 'smith'; member = $_ % 3 -eq 0; big = $_ -gt 20 ? 'yes' : 'no' } }
            $rowFolder = Join-Path $modules Answer
            $model = Export-Row $rowFolder $rows big
            Import-Module (Join-Path $rowFolder Answer.psd1)
        }

        AfterAll {
            Remove-Module Answer -ErrorAction Ignore
        }

        It 'has a typed parameter for each column' {
            $parameters = (Get-Command Get-Answer).Parameters
            $parameters['Age'].ParameterType | Should -Be ([Nullable[double]])
            $parameters['JobTitle'].ParameterType | Should -Be ([string])
            $parameters['JobTitle'].Aliases | Should -Be 'job title'
            $parameters['Member'].ParameterType | Should -Be ([Nullable[bool]])
            (TabExpansion2 'Get-Answer -JobTitle b').CompletionMatches.CompletionText | Should -Be 'baker'
        }

        It 'takes rows by property name, from CSV too, and values at the prompt' {
            $found = @($rows[3, 38] | Get-Answer)
            $found.Class | Should -Be @($rows[3, 38] | Invoke-ModelPrediction -Session $model).Class
            ($rows[3, 38] | Select-Object -ExcludeProperty big | ConvertTo-Csv | ConvertFrom-Csv | Get-Answer).Class | Should -Be $found.Class
            (Get-Answer -Age 38 -JobTitle smith -Member $false).Class | Should -Be $found[1].Class
        }

        It 'says of each parameter what is to be given' {
            (Get-Help Get-Answer -Parameter JobTitle).description.Text | Should -Be 'The column job title: one of baker, smith.'
            (Get-Help Get-Answer -Parameter Age).description.Text | Should -Be 'The column age: a number.'
        }

        It 'gives the whole row back in Source' {
            $answer = [pscustomobject]@{ number = 17; age = '3'; 'job title' = 'smith'; member = 'true' } | Get-Answer
            ($answer | Select-Object Class -ExpandProperty Source).number | Should -Be 17
            $answer.Source.age | Should -Be 3
            (2 | ForEach-Object { Get-Answer -Age $_ -JobTitle smith -Member $true }).Source.PSObject.Properties.Name | Should -Be age, 'job title', member
        }

        It 'takes words for missing values as the import does' {
            $folder = Join-Path $modules Missing
            $table = "age,big`n1,no`nNA,no`n30,yes`n40,yes" | ConvertFrom-Csv | Import-ModelDataset -LabelColumn big -MissingValue Mean
            $model = New-ModelSession SoftmaxRegression -Inputs 1 -Classes 2 -Seed 1 | Invoke-ModelTraining $table -Steps 2
            $model | Export-ModelCommand $folder Get-Size
            Import-Module (Join-Path $folder Missing.psd1)
            try {
                $found = "age`nNA`n30" | ConvertFrom-Csv | Get-Size
                $found.Class | Should -Be ("age`nNA`n30" | ConvertFrom-Csv | Invoke-ModelPrediction -Session $model).Class
                (Get-Help Get-Size -Parameter Age).description.Text | Should -Be 'The column age: a number; 23.6667 if it is missing.'
            }
            finally {
                Remove-Module Missing
            }
        }

        It 'takes no empty text for a zero, and goes on' {
            $csv = "age,job title,member`n,smith,true`n38,smith,false" | ConvertFrom-Csv
            # What cannot be bound PowerShell tells itself, but not in -ErrorVariable.
            $all = @($csv | Get-Answer 2>&1)
            $all[0] | Should -BeOfType System.Management.Automation.ErrorRecord
            $all[0] | Should -BeLike "*'Age' because it is null*"
            $all[1].Class | Should -Be ($rows[38] | Invoke-ModelPrediction -Session $model).Class
        }
    }

    It 'makes no code of the names in a file' {
        $global:pwned = $null
        $evil = "a'; `$global:pwned = 1; '", "b#>`n`$global:pwned = 2 <#", "c$([char] 0x2019)); `$global:pwned = 3; (", '$(throw 4)', 'Verbose', 'home', "x`r`n.SYNOPSIS", 'row', '1st', 'é'
        $rows = 0..19 | ForEach-Object {
            $row = [ordered]@{}
            foreach ($name in $evil) {
                $row[$name] = $_
            }

            $row["word'"] = $_ % 2 ? "it's'; `$global:pwned = 5 #>" : "$([char] 0x2018)`$(`$global:pwned = 6)"
            $row.answer = $_ -gt 9 ? "yes'#>`n`$global:pwned = 7" : "no$([char] 0x201B); `$global:pwned = 8"
            [pscustomobject]$row
        }
        $folder = Join-Path $modules Evil
        $model = Export-Row $folder $rows answer
        Import-Module (Join-Path $folder Evil.psd1)
        try {
            $expectedClasses = @($rows[2, 17] | Invoke-ModelPrediction -Session $model).Class
            # What every command has as a parameter cannot come by its own name.
            ($rows[2, 17] | Select-Object *, @{ Name = 'ColumnVerbose'; Expression = { $_.Verbose } } | Get-Answer).Class | Should -Be $expectedClasses
            (Get-Command -Module Evil).Name | Should -Be 'Get-Answer'
            $null = Get-Help Get-Answer -Full | Out-String
            $global:pwned | Should -BeNullOrEmpty
        }
        finally {
            Remove-Module Evil -ErrorAction Ignore
            Remove-Variable pwned -Scope Global -ErrorAction Ignore
        }
    }

    It 'asks a model of anything else about arrays' {
        $line = New-ModelSession {
            param($g)
            $x = $g.Placeholder('float32', @(-1, 2), 'x')
            @{ inputs = $x; predictions = $g.ReduceSum($x * 2.0, [long[]]@(1), $false, 'sum') }
        }
        $line | Export-ModelCommand (Join-Path $modules Sum) Get-DoubleSum
        Import-Module (Join-Path $modules Sum Sum.psd1)
        try {
            (Get-DoubleSum @(@(1, 2), @(3, 4))).Value | Should -Be 6, 14
        }
        finally {
            Remove-Module Sum
        }
    }

    It 'refuses names that are none, and verbs that are not approved' {
        $refused = { $session | Export-ModelCommand (Join-Path $modules X) 'Get-X; Remove-Item' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru
        $refused.Exception.Message | Should -BeLike "*'Get-X; Remove-Item' is no name of a command. It is Verb-Noun, such as Get-DigitClass*"
        $failure = { $session | Export-ModelCommand (Join-Path $modules X) Ask-Digit -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        { $session | Export-ModelCommand (Join-Path $modules "x'y") Get-X -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        Join-Path $modules X | Should -Not -Exist
    }

    It 'writes nothing with -WhatIf' {
        $session | Export-ModelCommand (Join-Path $modules What) Get-What -WhatIf
        Join-Path $modules What | Should -Not -Exist
    }
}
