#!/bin/sh
# What the %environment sections of the definition files said.

